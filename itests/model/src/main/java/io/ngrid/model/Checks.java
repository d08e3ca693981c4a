package io.ngrid.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is asked of TLC: bounds that end in time, beyond them random walks, and every mutant of the specification. */
final class Checks {
    private static final Set<String> NONE = Set.of();

    /** Two elections after Raft's figure 8: n1 has an entry of epoch 1, n2 one of epoch 2, n3 voted for both. */
    private static final List<String> TWO_ELECTIONS = List.of(
            "<<\"stand\", n1, 1>>",
            "<<\"grant\", n3, n1, 1>>",
            "<<\"lead\", n1, 1, 1>>",
            "<<\"stand\", n2, 2>>",
            "<<\"grant\", n3, n2, 2>>",
            "<<\"lead\", n2, 2, 1>>");

    /** With its old entry and a no-op; n2 has given up. */
    private static final List<String> N1_LEADS_AGAIN = with(
            TWO_ELECTIONS,
            "<<\"down\", n2, 2>>",
            "<<\"adopt\", n1, 2>>",
            "<<\"stand\", n1, 3>>",
            "<<\"grant\", n3, n1, 3>>",
            "<<\"lead\", n1, 3, 2>>");

    private Checks() {}

    /** Two minutes on two cores at most. */
    static List<Check> quick() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.exhaustive(2, 1, 2, 2, NONE));
        checks.add(Check.exhaustive(2, 2, 2, 2, NONE));
        checks.add(Check.exhaustive(2, 2, 1, 2, Set.of("install")));
        checks.add(Check.exhaustive(3, 1, 2, 1, NONE));
        checks.add(Check.exhaustive(3, 2, 2, 1, NONE));
        checks.add(Check.exhaustive(3, 3, 2, 1, NONE));
        for (int quorum = 1; quorum <= 3; quorum++) {
            checks.add(Check.walks(200, 100, 3, quorum, 4, 4));
        }
        for (int quorum = 1; quorum <= 5; quorum++) {
            checks.add(Check.walks(100, 100, 5, quorum, 4, 4));
        }
        checks.addAll(mutants());
        return checks;
    }

    /** Every fault that can be planted, and the invariant that must break. */
    private static List<Check> mutants() {
        Check small = Check.exhaustive(3, 2, 2, 1, NONE);
        return List.of(
                Check.exhaustive(3, 3, 2, 1, NONE).mutant("no-majority-floor", "OneLeaderAnEpoch"),
                small.mutant("no-log-check", "Completeness"),
                small.mutant("vote-forgotten", "OneLeaderAnEpoch"),
                small.mutant("ack-before-fsync", "OnDisks"),
                small.mutant("ack-unverified", "OnDisks"),
                small.mutant("ack-any-epoch", "OnDisks"),
                small.mutant("cut-not-forced", "FlushedIsKept"),
                small.after(TWO_ELECTIONS).mutant("old-epoch-obeyed", "OnDisks"),
                Check.exhaustive(3, 2, 1, 2, Set.of("install")).mutant("install-drops-tail", "OnDisks"),
                Check.exhaustive(3, 2, 1, 2, Set.of("install")).mutant("install-uncommitted", "CommitIsTrue"),
                Check.exhaustive(3, 2, 2, 1, Set.of("follow")).mutant("commit-unverified", "CommitIsTrue"),
                Check.exhaustive(3, 2, 2, 1, Set.of("fetch")).mutant("fetch-keeps-epoch", "EpochsGrow"),
                Check.exhaustive(3, 2, 3, 2, Set.of("fetch"))
                        .after(N1_LEADS_AGAIN)
                        .mutant("fetch-cuts-acked", "AckedIsKept"),
                Check.exhaustive(3, 2, 2, 2, NONE).mutant("tail-kept", "EpochsGrow"),
                Check.exhaustive(3, 2, 2, 2, NONE)
                        .after(with(TWO_ELECTIONS, "<<\"offer\", n2, 2, 1>>"))
                        .mutant("index-alone", "OnDisks"),
                figureEight().mutant("older-epoch", "Completeness"),
                figureEight().mutant("no-op-local", "Completeness"),
                Check.exhaustive(3, 2, 3, 1, Set.of("fetch"))
                        .after(List.of(
                                "<<\"stand\", n2, 1>>",
                                "<<\"grant\", n3, n2, 1>>",
                                "<<\"lead\", n2, 1, 1>>",
                                "<<\"fetch\", n3, n2, 1, 1, 1>>",
                                "<<\"stand\", n1, 2>>",
                                "<<\"grant\", n3, n1, 2>>",
                                "<<\"lead\", n1, 2, 1>>",
                                "<<\"flush\", n1, 1>>",
                                "<<\"ack\", n1, 2, 1>>",
                                "<<\"replicate\", n3, 2, 0, 0, <<2>>, 0, 0, <<2>>, 0>>",
                                "<<\"flush\", n3, 1>>",
                                "<<\"ack\", n3, 2, 1>>"))
                        .mutant("late-fetch", "OnDisks"),
                staleLeader().mutant("read-unconfirmed", "Linearizable"),
                staleLeader().mutant("read-one-short", "Linearizable"),
                oldEntryOnManyDisks().mutant("answer-any-ack", "OnDisks"));
    }

    private static Check figureEight() {
        return Check.exhaustive(3, 2, 4, 2, NONE)
                .after(with(N1_LEADS_AGAIN, "<<\"flush\", n1, 2>>", "<<\"ack\", n1, 3, 2>>"));
    }

    /** Three of five have gone over to n3, which has committed there; n1 and n2 do not know it. */
    private static Check staleLeader() {
        return Check.exhaustive(5, 3, 2, 2, Set.of("read"))
                .after(List.of(
                        "<<\"stand\", n1, 1>>",
                        "<<\"grant\", n2, n1, 1>>",
                        "<<\"grant\", n3, n1, 1>>",
                        "<<\"lead\", n1, 1, 1>>",
                        "<<\"flush\", n1, 1>>",
                        "<<\"ack\", n1, 1, 1>>",
                        "<<\"replicate\", n2, 1, 0, 0, <<1>>, 0, 0, <<1>>, 0>>",
                        "<<\"flush\", n2, 1>>",
                        "<<\"ack\", n2, 1, 1>>",
                        "<<\"replicate\", n3, 1, 0, 0, <<1>>, 0, 0, <<1>>, 0>>",
                        "<<\"flush\", n3, 1>>",
                        "<<\"ack\", n3, 1, 1>>",
                        "<<\"commit\", n1, 1, 1>>",
                        "<<\"stand\", n3, 2>>",
                        "<<\"grant\", n4, n3, 2>>",
                        "<<\"grant\", n5, n3, 2>>",
                        "<<\"lead\", n3, 2, 2>>",
                        "<<\"flush\", n3, 2>>",
                        "<<\"ack\", n3, 2, 2>>",
                        "<<\"replicate\", n4, 2, 0, 0, <<1, 2>>, 0, 0, <<1, 2>>, 0>>",
                        "<<\"flush\", n4, 2>>",
                        "<<\"ack\", n4, 2, 2>>",
                        "<<\"replicate\", n5, 2, 0, 0, <<1, 2>>, 0, 0, <<1, 2>>, 0>>",
                        "<<\"flush\", n5, 2>>",
                        "<<\"ack\", n5, 2, 2>>",
                        "<<\"commit\", n3, 2, 2>>"));
    }

    /**
     * n1 has committed with n2, in epoch 3, an entry of epoch 1, n3 has acknowledged no more than that one, and n4 has an
     * entry of epoch 2 in its place.
     */
    private static Check oldEntryOnManyDisks() {
        return Check.exhaustive(4, 3, 4, 2, Set.of("fetch"))
                .after(List.of(
                        "<<\"stand\", n1, 1>>",
                        "<<\"grant\", n2, n1, 1>>",
                        "<<\"grant\", n3, n1, 1>>",
                        "<<\"lead\", n1, 1, 1>>",
                        "<<\"stand\", n4, 2>>",
                        "<<\"grant\", n2, n4, 2>>",
                        "<<\"grant\", n3, n4, 2>>",
                        "<<\"lead\", n4, 2, 1>>",
                        "<<\"adopt\", n1, 2>>",
                        "<<\"stand\", n1, 3>>",
                        "<<\"grant\", n2, n1, 3>>",
                        "<<\"grant\", n3, n1, 3>>",
                        "<<\"lead\", n1, 3, 2>>",
                        "<<\"flush\", n1, 2>>",
                        "<<\"ack\", n1, 3, 2>>",
                        "<<\"replicate\", n2, 3, 0, 0, <<1, 3>>, 0, 0, <<1, 3>>, 0>>",
                        "<<\"flush\", n2, 2>>",
                        "<<\"ack\", n2, 3, 2>>",
                        "<<\"commit\", n1, 3, 2>>",
                        "<<\"replicate\", n3, 3, 0, 0, <<1>>, 0, 0, <<1>>, 0>>",
                        "<<\"flush\", n3, 1>>",
                        "<<\"ack\", n3, 3, 1>>"));
    }

    private static List<String> with(List<String> steps, String... more) {
        List<String> all = new ArrayList<>(steps);
        all.addAll(List.of(more));
        return all;
    }

    /** An hour on two cores at most. */
    static List<Check> deep() {
        List<Check> checks = new ArrayList<>();
        for (int quorum = 1; quorum <= 3; quorum++) {
            checks.add(Check.bounded(10, 3, quorum, 2, 2, NONE));
            checks.add(Check.bounded(6, 3, quorum, 2, 1, Check.ALL));
            checks.add(Check.bounded(6, 3, quorum, 3, 2, Set.of("adopt", "down", "late", "follow")));
        }
        for (int nodes = 3; nodes <= 5; nodes++) {
            for (int quorum = 1; quorum <= nodes; quorum++) {
                checks.add(Check.walks(4, 20_000, 150, nodes, quorum, 5, 5));
            }
        }
        return checks;
    }
}
