package io.ngrid.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what was acknowledged to a producer with what a consumer took. Run as a process of its own, it prints one line
 * and ends with 0 only if nothing is wrong.
 *
 * @param offered elements acknowledged, and those of unknown outcome that were delivered
 * @param delivered elements taken, each counted once
 * @param lost acknowledged, but never taken
 * @param duplicated taken more than once, or never offered
 * @param reordered taken before an element that the same producer thread had offered earlier
 * @param unknownOffers offers of unknown outcome
 * @param unknownPolls polls of unknown outcome: each may have cost an element
 * @param failoverMillis longest gap between two acknowledged offers
 */
public record Comparison(
        long offered,
        long delivered,
        long lost,
        long duplicated,
        long reordered,
        long unknownOffers,
        long unknownPolls,
        long failoverMillis) {
    /**
     * Compares.
     *
     * @param producer the producer's ledger
     * @param consumer the consumer's ledger
     * @return what differs
     */
    public static Comparison of(Ledger producer, Ledger consumer) {
        List<String> acked = producer.elements("ok");
        List<String> unknown = producer.elements("unknown");
        List<String> taken = consumer.elements("ok");
        Set<String> offered = new HashSet<>(acked);
        offered.addAll(unknown);

        Set<String> seen = new HashSet<>();
        Map<String, Long> lastOf = new HashMap<>();
        long duplicated = 0;
        long reordered = 0;
        for (String element : taken) {
            if (!offered.contains(element) || !seen.add(element)) {
                duplicated++;
                continue;
            }
            String thread = element.substring(0, element.lastIndexOf('-'));
            long number = Long.parseLong(element.substring(element.lastIndexOf('-') + 1));
            Long last = lastOf.get(thread);
            if (last != null && number < last) {
                reordered++;
            } else {
                lastOf.put(thread, number);
            }
        }
        long lost = acked.stream().filter(element -> !seen.contains(element)).count();
        long late = unknown.stream().filter(seen::contains).count();
        return new Comparison(
                acked.size() + late,
                seen.size(),
                lost,
                duplicated,
                reordered,
                unknown.size(),
                consumer.elements("unknown").size(),
                longestGap(producer));
    }

    private static long longestGap(Ledger producer) {
        long longest = 0;
        long last = -1;
        for (Ledger.Line line : producer.lines()) {
            if (line.event().equals("ok")) {
                if (last >= 0) {
                    longest = Math.max(longest, line.millis() - last);
                }
                last = line.millis();
            }
        }
        return longest;
    }

    /**
     * Whether nothing was lost, doubled or reordered, and everything was delivered. A poll of unknown outcome may have
     * taken one element.
     *
     * @return true if so
     */
    public boolean passed() {
        return lost <= unknownPolls && duplicated == 0 && reordered == 0 && delivered > 0;
    }

    @Override
    public String toString() {
        return "offered=" + offered + " delivered=" + delivered + " lost=" + lost + " duplicated=" + duplicated
                + " reordered=" + reordered + " failover_ms=" + failoverMillis;
    }

    /**
     * Compares two files.
     *
     * @param args the producer's ledger, the consumer's ledger
     * @throws IOException if one cannot be read
     */
    public static void main(String[] args) throws IOException {
        Comparison comparison = of(Ledger.read(Path.of(args[0])), Ledger.read(Path.of(args[1])));
        if (comparison.unknownOffers() > 0 || comparison.unknownPolls() > 0) {
            System.out.println(
                    "outcome unknown: offers=" + comparison.unknownOffers() + " polls=" + comparison.unknownPolls());
        }
        System.out.println("demo: " + (comparison.passed() ? "PASS " : "FAIL ") + comparison);
        System.exit(comparison.passed() ? 0 : 1);
    }
}
