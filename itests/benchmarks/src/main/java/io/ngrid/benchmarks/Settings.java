package io.ngrid.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much is measured.
 *
 * @param loads under which elements are appended
 * @param warms whether code is compiled by rounds that do not count
 * @param rounds interleaved rounds of each measurement
 * @param round how long a round is
 * @param paced how long a run at a fixed rate is
 * @param counted elements appended to count writes and fsyncs
 * @param scanned bytes that a scan reads
 * @param waiting elements that wait while memory is measured
 * @param restarted elements that are there at a restart
 * @param fillLimit how long a slow store may take to be filled
 * @param only parts and contenders that are wanted, all if empty
 * @param out where results and, meanwhile, the stores go
 */
record Settings(
        List<Load> loads,
        boolean warms,
        int rounds,
        Duration round,
        Duration paced,
        long counted,
        long scanned,
        long waiting,
        long restarted,
        Duration fillLimit,
        List<String> only,
        Path out) {
    /** Longer than the second by which MVStore puts off writing: else it would look faster than it writes. */
    private static final Duration FULL_ROUND = Duration.ofMillis(1_200);

    private static final Duration QUICK_ROUND = Duration.ofMillis(120);

    static final List<String> PARTS = List.of("append", "latency", "scan", "cost", "waiting");

    private static List<Load> allLoads() {
        List<Load> loads = new ArrayList<>();
        for (int batch : new int[] {1, 100}) {
            for (int size : new int[] {100, 1024}) {
                for (int threads : new int[] {1, 4, 16}) {
                    loads.add(new Load(threads, size, batch));
                }
            }
        }
        return loads;
    }

    static Settings full(List<String> only, Path out) {
        return new Settings(
                allLoads(),
                true,
                5,
                FULL_ROUND,
                Duration.ofSeconds(3),
                20_000,
                400L << 20,
                10_000_000,
                1_000_000,
                Duration.ofSeconds(60),
                only,
                out);
    }

    static Settings quick(List<String> only, Path out) {
        return new Settings(
                allLoads(),
                true,
                3,
                QUICK_ROUND,
                Duration.ofMillis(500),
                4_000,
                100L << 20,
                1_000_000,
                300_000,
                Duration.ofSeconds(3),
                only,
                out);
    }

    /** The same with rounds of another length. */
    Settings withRound(Duration length) {
        return new Settings(
                loads, warms, rounds, length, paced, counted, scanned, waiting, restarted, fillLimit, only, out);
    }

    /** Whether one of these parts, or all, is wanted. */
    boolean wants(String part) {
        List<String> parts = new ArrayList<>(only);
        parts.retainAll(PARTS);
        return parts.isEmpty() || parts.contains(part);
    }

    List<Contender> wanted(List<Contender> contenders) {
        List<String> names = new ArrayList<>(only);
        names.removeAll(PARTS);
        return names.isEmpty()
                ? contenders
                : contenders.stream()
                        .filter(c -> names.stream()
                                .anyMatch(n -> c.name().toLowerCase(Locale.ROOT).contains(n.toLowerCase(Locale.ROOT))))
                        .toList();
    }
}
