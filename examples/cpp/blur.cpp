// Blur a signal by repeated box blurs, and compare it with the Gaussian blur of sigma 12.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

template <typename T> std::vector<T> box(const std::vector<T> &in, int radius) {
    const int n = in.size();
    std::vector<T> out(n);
    T sum = 0;
    for (int i = -radius; i < n; i++) {
        if (i + radius < n) sum += in[i + radius];
        if (i - radius - 1 >= 0) sum -= in[i - radius - 1];
        if (i >= 0) out[i] = sum / (2 * radius + 1);
    }
    return out;
}

template <typename T> void run(int passes, int radius) {
    const int n = 20000;
    const double sigma = 12;
    std::vector<T> signal(n);
    for (int i = 0; i < n; i++) signal[i] = ((i / 97) % 3 == 0) + std::sin(i * 0.01);
    std::vector<T> found;
    const auto began = std::chrono::steady_clock::now();
    for (int repeat = 0; repeat < 20; repeat++) {
        found = signal;
        for (int pass = 0; pass < passes; pass++) found = box(found, radius);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / 20;
    double error = 0;
    int counted = 0;
    for (int i = 200; i < n - 200; i += 7, counted++) {
        double exact = 0, weights = 0;
        for (int d = -48; d <= 48; d++) {
            const double weight = std::exp(-0.5 * d * d / (sigma * sigma));
            exact += weight * signal[i + d];
            weights += weight;
        }
        error += std::pow(exact / weights - found[i], 2);
    }
    std::printf("{\"error\": %.9g, \"time\": %.9g}\n", std::sqrt(error / counted), seconds);
}

int main(int, char **argv) {
    const int passes = std::atoi(argv[1]), radius = std::atoi(argv[2]);
    std::string(argv[3]) == "float" ? run<float>(passes, radius) : run<double>(passes, radius);
}
