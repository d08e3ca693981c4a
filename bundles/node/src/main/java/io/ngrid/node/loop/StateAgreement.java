package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether this node's state is the one that a majority of voters has [R6]. Every node shows, in its heartbeats, the
 * running hash of its state at one index, which the leader names by showing its own: the end of what it has applied. It goes
 * on to the next index when the voters that it hears have shown that one, or after an election time-out. So in a quiet
 * cluster all is compared soon, and under load a part is, which says as much, since states that differ stay different.
 *
 * <p>Event loop only.
 */
final class StateAgreement {
    /** What the voters' hashes mean for this node. */
    enum Verdict {
        /** It serves: a majority agrees with it, or nobody is known to differ. */
        AGREES,
        /**
         * Voters differ, and no majority is known to agree, nor can those that are heard make one, or they have not for an
         * election time-out: nobody serves.
         */
        DIVIDED,
        /** A majority agrees on another state than this node's. */
        DIFFERS
    }

    /** So many of the latest hashes are kept; a power of two. */
    static final int REMEMBERED = 1 << 14;

    private final Member self;
    private final long patienceNanos;
    private final long[] hashes = new long[REMEMBERED];
    private final Map<Member, StateHash> others = new HashMap<>();
    private Configuration configuration;
    private long oldest;
    private long newest;
    private StateHash shown;
    private long shownSinceNanos;
    private Verdict verdict = Verdict.AGREES;
    private String reason = "";
    private long agreedIndex;
    private boolean disputed;
    private long disputedSinceNanos;

    StateAgreement(Member self, Configuration configuration, StateHash start, long patienceNanos, long nowNanos) {
        this.self = self;
        this.configuration = configuration;
        this.patienceNanos = patienceNanos;
        this.oldest = start.index();
        this.newest = start.index();
        this.shown = start;
        this.shownSinceNanos = nowNanos;
        remember(start.index(), start.hash());
    }

    // ---- what it is told

    void configured(Configuration latest, long nowNanos) {
        configuration = latest;
        judge(nowNanos);
    }

    /** The state was applied up to an index; the hashes of all entries applied with it. */
    void applied(long index, long[] news) {
        for (int i = 0; i < news.length; i++) {
            remember(index - news.length + 1 + i, news[i]);
        }
        newest = index;
        oldest = Math.max(oldest, newest - REMEMBERED + 1);
    }

    /** A heartbeat showed a hash. */
    void heard(Member from, StateHash hash, long nowNanos) {
        if (!hash.equals(others.put(from, hash)) || disputed) { // patience ends with time
            judge(nowNanos);
        }
    }

    void disconnected(Member peer) {
        others.remove(peer);
    }

    /** This node leads: it names the index. */
    void lead(long nowNanos) {
        if (newest > shown.index() && (yetToShow() == 0 || nowNanos - shownSinceNanos >= patienceNanos)) {
            shownSinceNanos = nowNanos;
            show(newest, nowNanos);
        }
    }

    /** The leader names an index. */
    void follow(long index, long nowNanos) {
        if (index != shown.index() && index >= oldest && index <= newest) {
            show(index, nowNanos);
        }
    }

    // ---- what it says

    /** What heartbeats show. */
    StateHash shown() {
        return shown;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Who differs, as a sentence; empty if nobody does. */
    String reason() {
        return reason;
    }

    /** Highest index at which a majority of voters, this node included, is known to have one state. */
    long agreedIndex() {
        return agreedIndex;
    }

    // ---- inside

    private void remember(long index, long hash) {
        hashes[(int) (index & REMEMBERED - 1)] = hash;
    }

    private void show(long index, long nowNanos) {
        shown = new StateHash(index, hashes[(int) (index & REMEMBERED - 1)]);
        judge(nowNanos);
    }

    /** Voters that are heard and may yet show the index. */
    private int yetToShow() {
        int count = 0;
        for (Member voter : configuration.voters()) {
            StateHash other = others.get(voter);
            if (other != null && other.index() != shown.index()) {
                count++;
            }
        }
        return count;
    }

    private void judge(long nowNanos) {
        TreeMap<Long, TreeSet<NodeId>> voters = new TreeMap<>();
        for (Member voter : configuration.voters()) {
            StateHash at = voter.equals(self) ? shown : others.get(voter);
            if (at != null && at.index() > 0 && at.index() == shown.index()) {
                voters.computeIfAbsent(at.hash(), hash -> new TreeSet<>()).add(voter.node());
            }
        }
        int majority = configuration.voters().size() / 2 + 1;
        int largest = voters.values().stream().mapToInt(TreeSet::size).max().orElse(0);
        TreeSet<NodeId> mine = voters.getOrDefault(shown.hash(), new TreeSet<>());
        if (mine.size() >= majority) {
            verdict = Verdict.AGREES;
            reason = "";
            agreedIndex = Math.max(agreedIndex, shown.index());
            disputed = false;
        } else if (largest >= majority) {
            verdict = Verdict.DIFFERS;
            reason = "a majority of voters has another state than this node: " + text(voters);
        } else if (voters.size() > 1 || mine.isEmpty() && voters.size() > 0) {
            if (!disputed) {
                disputed = true;
                disputedSinceNanos = nowNanos;
            }
            boolean settles = largest + yetToShow() >= majority && nowNanos - disputedSinceNanos < patienceNanos;
            if (!settles) {
                verdict = Verdict.DIVIDED;
                reason = "no majority of voters has one state, so no node serves: " + text(voters);
            }
        } // otherwise too few have shown this index: what was said before holds
    }

    private String text(Map<Long, TreeSet<NodeId>> voters) {
        StringBuilder text = new StringBuilder("at index " + shown.index());
        String separator = " ";
        for (Map.Entry<Long, TreeSet<NodeId>> group : voters.entrySet()) {
            text.append(separator)
                    .append(new StateHash(shown.index(), group.getKey()).text())
                    .append(" on ")
                    .append(group.getValue());
            separator = ", ";
        }
        return text.toString();
    }
}
