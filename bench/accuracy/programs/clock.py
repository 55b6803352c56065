import sys
import time

for line in sys.stdin:
    least = 1e9
    for _ in range(20):
        start = time.perf_counter_ns()
        for _ in range(20000):
            time.time()
        least = min(least, (time.perf_counter_ns() - start) / 20000)
    print(f"{time.time() * 1000:.6f} {least:.3f}", flush=True)
