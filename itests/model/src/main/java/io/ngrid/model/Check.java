package io.ngrid.model;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One question to TLC about the specification.
 *
 * @param name what is checked
 * @param search how it is searched
 * @param nodes N
 * @param quorum W
 * @param epochs MaxEpoch
 * @param length MaxLen
 * @param parts parts of the protocol beside the core
 * @param mutant the planted fault, or "none"
 * @param script steps that come first
 * @param violation the invariant that must be found violated, null if none may be
 */
record Check(
        String name,
        Search search,
        int nodes,
        int quorum,
        int epochs,
        int length,
        Set<String> parts,
        String mutant,
        List<String> script,
        @Nullable String violation) {
    /** All parts of the specification. */
    static final Set<String> ALL =
            Set.of("adopt", "down", "late", "fetch", "follow", "read", "point", "batch", "fetches", "install");

    /** How states are visited. */
    sealed interface Search {
        /** All of them, breadth first, nodes taken for symmetric. */
        record Exhaustive() implements Search {}

        /** As many as there is time for, breadth first, nodes taken for symmetric. */
        record Bounded(int minutes) implements Search {}

        /** Random walks, the same for the same seed; with minutes, as many as there is time for. */
        record Walks(int number, int depth, long seed, int minutes) implements Search {}

        /** How long it may take; 0 if it has to end by itself. */
        default int minutes() {
            return 0;
        }
    }

    static Check exhaustive(int nodes, int quorum, int epochs, int length, Set<String> parts) {
        return new Check(
                "exhaustive", new Search.Exhaustive(), nodes, quorum, epochs, length, parts, "none", List.of(), null);
    }

    static Check bounded(int minutes, int nodes, int quorum, int epochs, int length, Set<String> parts) {
        return exhaustive(nodes, quorum, epochs, length, parts).searching("search", new Search.Bounded(minutes));
    }

    static Check walks(int number, int depth, int nodes, int quorum, int epochs, int length) {
        return walks(0, number, depth, nodes, quorum, epochs, length);
    }

    static Check walks(int minutes, int number, int depth, int nodes, int quorum, int epochs, int length) {
        return exhaustive(nodes, quorum, epochs, length, ALL)
                .searching("random walks", new Search.Walks(number, depth, 1, minutes));
    }

    private Check searching(String newName, Search newSearch) {
        return new Check(newName, newSearch, nodes, quorum, epochs, length, parts, mutant, script, violation);
    }

    /** The same bounds, with a fault planted that has to be found. */
    Check mutant(String newMutant, String invariant) {
        return new Check(
                "mutant " + newMutant, search, nodes, quorum, epochs, length, parts, newMutant, script, invariant);
    }

    Check after(List<String> steps) {
        return new Check(name, search, nodes, quorum, epochs, length, parts, mutant, List.copyOf(steps), violation);
    }

    List<String> nodeNames() {
        return IntStream.rangeClosed(1, nodes).mapToObj(i -> "n" + i).toList();
    }

    String bounds() {
        String some = parts.equals(ALL) ? "all" : parts.stream().sorted().collect(Collectors.joining(","));
        return "N=" + nodes + " W=" + quorum + " epochs=" + epochs + " length=" + length
                + (search instanceof Search.Walks walks ? " walks=" + walks.number() + " depth=" + walks.depth() : "")
                + (parts.isEmpty() ? "" : " parts=" + some)
                + (script.isEmpty() ? "" : " directed");
    }
}
