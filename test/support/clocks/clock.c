/* Answers each line by its clocks in nanoseconds: those of clock_gettime from 0 to 9 (-1: there is none), then gettimeofday and time. With
   arguments:
   spin N P  N threads do nothing but read clocks, with pauses of P microseconds, and the program ends with status 3 when the time is
           neither the right one nor that moved by the nanoseconds in the environment variable OFFSET
   bare    gives its vDSO back to the kernel first
   traced  lets its parent trace it, as a debugger does */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(int clock)
{
	struct timespec now;
	if (clock_gettime(clock, &now)) return -1;
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long offset, base;
static int pause_us;

static void *spin(void *unused)
{
	(void)unused;
	for (;;) {
		struct timeval day;
		for (int i = 0; i < 500; i++) {
			long long before = nanoseconds(CLOCK_MONOTONIC);
			long long real = nanoseconds(CLOCK_REALTIME);
			long long after = nanoseconds(CLOCK_MONOTONIC);
			long long early = real - base - after, late = real - base - before;
			/* 100 ms for the clock being set right meanwhile, and for the time between two readings. */
			int right = early < 100000000 && late > -100000000;
			int moved = early - offset < 100000000 && late - offset > -100000000;
			if (!right && !moved) {
				fprintf(stderr, "clock off by %lld to %lld ns\n", early, late);
				_exit(3);
			}
		}
		gettimeofday(&day, 0);
		time(0);
		if (pause_us) usleep(pause_us);
	}
	return 0;
}

int main(int count, char **arguments)
{
	char line[4096];
	if (count > 3 && !strcmp(arguments[1], "spin")) {
		pthread_t thread;
		pause_us = atoi(arguments[3]);
		if (getenv("OFFSET")) offset = atoll(getenv("OFFSET"));
		base = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_MONOTONIC);
		for (int i = 0; i < atoi(arguments[2]); i++) pthread_create(&thread, 0, spin, 0);
	}
	if (count > 1 && !strcmp(arguments[1], "bare")) munmap((void *)getauxval(AT_SYSINFO_EHDR), 2 * getpagesize());
	if (count > 1 && !strcmp(arguments[1], "traced")) ptrace(PTRACE_TRACEME, 0, 0, 0);
	setvbuf(stdout, 0, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		struct timeval day;
		for (int clock = 0; clock < 10; clock++) printf("%lld ", nanoseconds(clock));
		gettimeofday(&day, 0);
		printf("%lld ", day.tv_sec * 1000000000LL + day.tv_usec * 1000LL);
		printf("%lld\n", time(0) * 1000000000LL);
	}
	return 0;
}
