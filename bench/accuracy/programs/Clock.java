import java.util.Scanner;

class Clock {
	public static void main(String[] arguments) {
		Scanner lines = new Scanner(System.in);
		while (lines.hasNextLine()) {
			lines.nextLine();
			double least = 1e9;
			long sum = 0;
			for (int round = 0; round < 40; round++) {
				long start = System.nanoTime();
				for (int i = 0; i < 100000; i++) sum += System.currentTimeMillis();
				least = Math.min(least, (System.nanoTime() - start) / 1e5);
			}
			if (sum == 0) throw new Error("no time");
			System.out.printf("%d %.3f%n", System.currentTimeMillis(), least);
		}
	}
}
