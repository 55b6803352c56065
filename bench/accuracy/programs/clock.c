#include <stdio.h>
#include <time.h>

static double now(int clock)
{
	struct timespec at;
	clock_gettime(clock, &at);
	return at.tv_sec * 1e3 + at.tv_nsec / 1e6;
}

int main(void)
{
	char line[64];
	setvbuf(stdout, 0, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		double least = 1e9;
		for (int round = 0; round < 20; round++) {
			struct timespec at;
			double start = now(CLOCK_MONOTONIC);
			for (int i = 0; i < 100000; i++) clock_gettime(CLOCK_REALTIME, &at);
			double took = (now(CLOCK_MONOTONIC) - start) * 10;
			if (took < least) least = took;
		}
		printf("%.6f %.3f\n", now(CLOCK_REALTIME), least);
	}
	return 0;
}
