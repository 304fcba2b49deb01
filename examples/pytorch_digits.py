"""A convolutional net in PyTorch: accuracy against the latency of one image, on scikit-learn's digits.

Run it: ``python pytorch_digits.py``, or with another total: ``python pytorch_digits.py 50``. Run it again to go on.
"""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from paretune import Float, Int, Maximize, Minimize, Study
from paretune.measure import latency

images, labels = load_digits(return_X_y=True)
X = torch.tensor(images / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
X_train, X_test, y_train, y_test = train_test_split(X, torch.tensor(labels), test_size=0.3, random_state=0)


def build(params):
    layers, channels = [], 1
    for _ in range(params["layers"]):
        layers += [nn.Conv2d(channels, params["width"], 3, padding=1), nn.ReLU()]
        channels = params["width"]
    return nn.Sequential(
        *layers, nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(params["dropout"]), nn.Linear(16 * channels, 10)
    )


def evaluate(params, report, seed):
    torch.manual_seed(seed)  # another seed for each trial: luck is seen as luck
    net = build(params)
    optimizer = torch.optim.Adam(net.parameters(), lr=params["rate"])
    for epoch in range(1, 6):
        for batch in torch.randperm(len(X_train)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(X_train[batch]), y_train[batch]).backward()
            optimizer.step()
        net.eval()
        with torch.inference_mode():
            accuracy = (net(X_test).argmax(1) == y_test).float().mean().item()
        net.train()
        if not report(epoch, {"accuracy": accuracy}):
            break
    net.eval()
    with torch.inference_mode():
        timed = latency(lambda: net(X_test[:1]), device="cpu")  # locks the CPU: no other trial runs meanwhile
    return {"accuracy": accuracy, "latency": timed.median, "latency_se": timed.standard_error}


if __name__ == "__main__":
    study = Study(
        {
            "layers": Int(1, 3),
            "width": Int(4, 32, log=True),
            "rate": Float(1e-4, 1e-1, log=True),
            "dropout": Float(0, 0.5),
        },
        [Maximize("accuracy", at_least=0.6), Minimize("latency", unit="s")],
        storage="examples.db",
        name="pytorch-digits",
    )
    study.run(evaluate, n_trials=int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    print(study.front().to_frame().to_string())
