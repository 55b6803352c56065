/**
 * Takes memory and holds it. Arguments: bytes that all workers take together, how many workers, seconds until all of it is taken,
 * seconds after which it ends by itself.
 *
 * In Perl, which every Debian has: an interpreter that costs the container 2 MB, where Node would cost 45, and stress-ng takes
 * its memory at once and again and again. What the interpreter has taken for itself counts, so that the container holds what was
 * asked for. The blocks are written to, else the kernel would give nothing for them. Workers end when their parent does, which has
 * the other end of the pipe; it ends, and ends them all, when the first of them is ended.
 */
export const holdMemory = `
my ($bytes, $workers, $growth, $life) = @ARGV;
my $size = 1 << 20;
sub hold {
	my ($all, $end) = @_;
	my ($left, $start, @blocks) = ($all, time);
	while ($left > 0) {
		my $due = $start + $growth * (1 - $left / $all);
		select(undef, undef, undef, $due - time) if $due > time;
		my $next = $left < $size ? $left : $size;
		push @blocks, '';
		vec($blocks[-1], $next - 1, 8) = 1;
		$left -= $next;
	}
	sysread($end, my $nothing, 1);
}
open(my $status, '<', '/proc/self/status') or die "/proc/self/status: $!\\n";
for (<$status>) { $bytes -= $1 * 1024 if /^RssAnon:\\s+(\\d+)/ }
close $status;
$bytes = 1 if $bytes < 1;
pipe(my $end, my $keep) or die "pipe: $!\\n";
my @workers;
for my $number (1 .. $workers) {
	my $pid = fork;
	if (!defined $pid) { kill 'KILL', @workers; die "fork: $!\\n" }
	if ($pid) { push @workers, $pid; next }
	close $keep;
	alarm $life;
	hold(int($bytes * $number / $workers) - int($bytes * ($number - 1) / $workers), $end);
	exit;
}
alarm $life;
wait;
kill 'KILL', @workers;
exit 1;
`;
