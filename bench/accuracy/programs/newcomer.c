/* At each line of its input it begins itself anew in a child, which says after how many nanoseconds its clock has become another one. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(int clock)
{
	struct timespec at;
	clock_gettime(clock, &at);
	return at.tv_sec * 1000000000LL + at.tv_nsec;
}

int main(int count, char **words)
{
	if (count > 1) {
		/* Only the one clock is moved; they are never a second apart otherwise. */
		while (llabs(now(CLOCK_REALTIME) - now(CLOCK_REALTIME_COARSE)) < 1000000000LL);
		printf("%lld\n", now(CLOCK_MONOTONIC) - atoll(words[1]));
		return 0;
	}
	char line[64], start[32];
	while (fgets(line, sizeof line, stdin)) {
		int child = fork();
		if (child == 0) {
			snprintf(start, sizeof start, "%lld", now(CLOCK_MONOTONIC));
			execl("/proc/self/exe", "newcomer", start, (char *)0);
			_exit(1);
		}
		waitpid(child, 0, 0);
	}
	return 0;
}
