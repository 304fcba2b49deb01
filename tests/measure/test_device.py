"""Device names, the same in all processes of a machine."""

import os
import shutil
import subprocess
import sys

import pytest
import torch

from paretune.errors import InvalidInputError
from paretune.measure import device, device_name

NAME = """
import sys
from paretune.measure import device_name
try:
    print(device_name(sys.argv[1]))
except ValueError as error:
    print(error)
"""
ONE, TWO = "00112233-4455-6677-8899-aabbccddeeff", "10112233-4455-6677-8899-aabbccddeeff"
# The called functions of NVIDIA's driver, for a machine with two GPUs.
DRIVER = r"""
#include <stdlib.h>
#include <string.h>
static int known[] = {0, 1}, n;
int cuInit(unsigned flags) {
  const char *visible = getenv("CUDA_VISIBLE_DEVICES");
  n = 2;
  if (visible) { n = 0; for (const char *c = visible; *c; c++) if (*c == '0' || *c == '1') known[n++] = *c - '0'; }
  return n ? 0 : 100;
}
int cuDeviceGetCount(int *count) { *count = n; return 0; }
int cuDeviceGet(int *device, int index) { *device = known[index]; return 0; }
int cuDeviceGetUuid(char *uuid, int device) {
  char bytes[16] = {device << 4, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};
  for (int i = 8; i < 16; i++) bytes[i] = 0x11 * i;
  memcpy(uuid, bytes, 16);
  return 0;
}
int cuDeviceGetUuid_v2(char *uuid, int device) { return cuDeviceGetUuid(uuid, device); }
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the test needs cc on Linux to compile a driver")
    folder = tmp_path_factory.mktemp("driver")
    (folder / "driver.c").write_text(DRIVER)
    library = ["-shared", "-fPIC", "-o", folder / "libcuda.so.1", folder / "driver.c"]
    subprocess.run([compiler, *library], check=True)
    return folder


@pytest.fixture
def name_in_a_process(driver):
    """The device name in a new process with two GPUs."""

    def ask(device, visible=None):
        env = {**os.environ, "LD_LIBRARY_PATH": str(driver)}
        env.pop("CUDA_VISIBLE_DEVICES", None)
        if visible is not None:
            env["CUDA_VISIBLE_DEVICES"] = visible
        done = subprocess.run([sys.executable, "-c", NAME, device], env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return ask


@pytest.mark.parametrize(
    ("called", "visible", "gpu"),
    [
        ("cuda", None, ONE),
        ("cuda:0", "0,1", ONE),
        ("cuda:1", None, TWO),
        ("cuda", "1", TWO),
        ("cuda:1", "1,0", ONE),
    ],
)
def test_processes_with_different_gpu_numbers_agree_on_the_name(name_in_a_process, called, visible, gpu):
    assert name_in_a_process(called, visible) == f"cuda:{gpu}"


def test_hidden_gpu_is_rejected_with_a_reason(name_in_a_process):
    assert name_in_a_process("cuda:1", "0") == (
        "there is no GPU 1 here; CUDA shows 1 (CUDA_VISIBLE_DEVICES is '0'): use another, or cpu"
    )
    assert name_in_a_process("cuda", "").startswith("there is no GPU 0 here; CUDA shows 0 (CUDA_VISIBLE_DEVICES is '')")


def test_machine_without_driver_has_no_gpu(monkeypatch):
    monkeypatch.setattr(device, "_LIBRARY", "libnosuch.so.1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")  # a value that no other test uses, since answers are cached
    assert device.visible_gpus() == ()
    with pytest.raises(InvalidInputError, match="there is no GPU 0 here; CUDA shows 0"):
        device_name("cuda")


@pytest.mark.parametrize("given", [ONE, f"GPU-{ONE}", f"MIG-{ONE}", ONE.upper()])
def test_uuid_is_accepted_in_every_form(given):
    assert device_name(f"cuda:{given}") == f"cuda:{ONE}"


def test_torch_device_is_accepted():
    assert device_name(torch.device("cpu")) == "cpu"
    with pytest.raises(InvalidInputError, match="on cuda:0 a call returns before its work is done"):
        device.check_synchronized(torch.device("cuda:0"), None)


@pytest.mark.parametrize("wrong", ["", "gpu", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "mps"])
def test_other_device_names_are_rejected(wrong):
    with pytest.raises(InvalidInputError, match=r"device must be cpu, cuda, cuda:<index> or cuda:<UUID>, but is"):
        device_name(wrong)


@pytest.mark.gpu
def test_torch_lists_the_same_gpus():
    import torch

    properties = [torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count())]
    assert device.visible_gpus() == tuple(str(p.uuid) for p in properties)
