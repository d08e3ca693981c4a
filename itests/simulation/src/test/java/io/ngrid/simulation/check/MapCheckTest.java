package io.ngrid.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.simulation.check.Call.ClearMap;
import io.ngrid.simulation.check.Call.Entry;
import io.ngrid.simulation.check.Call.Get;
import io.ngrid.simulation.check.Call.NotExecuted;
import io.ngrid.simulation.check.Call.Previous;
import io.ngrid.simulation.check.Call.PutAll;
import io.ngrid.simulation.check.Call.Remove;
import io.ngrid.simulation.check.Call.Unknown;
import io.ngrid.simulation.check.Call.Value;
import io.ngrid.simulation.check.Finding.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapCheckTest {
    private static void good(Told told) {
        assertThat(told.check()).isEmpty();
        assertThat(BruteForce.accepts(told.history())).isTrue();
    }

    private static void bad(Kind kind, Told told) {
        assertThat(told.check()).extracting(Finding::kind).contains(kind);
        assertThat(BruteForce.accepts(told.history())).isFalse();
    }

    @Test
    void aChainOfPuts() {
        good(new Told()
                .put("a", 1, 9, 1, 0, 0)
                .put("b", 1, 9, 2, 3, 7)
                .put("c", 1, 9, 3, 1, 5)
                .get("d", 10, 11, 2, 9));
        good(new Told()
                .get("a", 1, 2, 0, 0)
                .put("a", 3, 4, 1, 0, 0)
                .remove("a", 5, 6, 1, 3)
                .remove("a", 7, 8, 0, 0));
    }

    @Test
    void staleRead() {
        bad(
                Kind.STALE_READ,
                new Told().put("a", 1, 2, 1, 0, 0).put("a", 3, 4, 2, 1, 5).get("b", 5, 6, 1, 5));
        bad(Kind.NOT_LINEARIZABLE, new Told().put("a", 1, 2, 1, 0, 0).get("b", 5, 6, 0, 0));
        good(new Told().put("a", 1, 2, 1, 0, 0).put("a", 3, 6, 2, 1, 5).get("b", 5, 6, 1, 5));
    }

    @Test
    void readsThatGoBack() {
        bad(
                Kind.STALE_READ,
                new Told()
                        .put("a", 1, 2, 1, 0, 0)
                        .put("a", 3, 20, 2, 1, 5)
                        .get("b", 5, 6, 2, 8)
                        .get("c", 7, 8, 1, 5));
    }

    @Test
    void lostUpdate() {
        bad(
                Kind.LOST_UPDATE,
                new Told().put("a", 1, 2, 1, 0, 0).put("a", 3, 6, 2, 1, 5).put("b", 3, 6, 3, 1, 5));
        bad(
                Kind.LOST_UPDATE,
                new Told()
                        .put("c", 1, 2, 1, 0, 0)
                        .replace("a", 3, 6, 2, 5, true, 1, 5)
                        .replace("b", 3, 6, 3, 5, true, 1, 5));
    }

    @Test
    void lost() {
        bad(Kind.NOT_LINEARIZABLE, new Told().put("a", 1, 2, 1, 0, 0).put("b", 3, 4, 2, 0, 0));
    }

    @Test
    void invented() {
        bad(Kind.INVENTED, new Told().get("a", 1, 2, 7, 3));
        bad(Kind.INVENTED, new Told().get("a", 1, 2, 7, 3).put("a", 3, 4, 7, 0, 0));
        bad(
                Kind.INVENTED,
                new Told().call("a", 1, 2, Told.put("k", 7), new NotExecuted()).get("a", 3, 4, 7, 3));
        bad(Kind.INVENTED, new Told().put("a", 1, 2, 7, 0, 0).call("b", 3, 4, new Get("m", "other"), new Value(7, 1)));
    }

    @Test
    void conditions() {
        good(new Told()
                .putIfAbsent("a", 1, 2, 1, true, 0, 0)
                .putIfAbsent("a", 3, 4, 2, false, 1, 5)
                .replace("a", 5, 6, 3, 5, true, 1, 5)
                .replace("a", 7, 8, 4, 5, false, 3, 6));
        bad(Kind.NOT_LINEARIZABLE, new Told().putIfAbsent("a", 1, 2, 1, false, 0, 0));
        bad(Kind.NOT_LINEARIZABLE, new Told().put("a", 1, 2, 1, 0, 0).replace("a", 3, 4, 2, 9, true, 1, 5));
    }

    @Test
    void unknownPutsTakeEffectOnceOrNever() {
        good(new Told().unknownPut("a", 1, 2, 1).get("b", 3, 4, 0, 0).get("b", 5, 6, 1, 9));
        good(new Told().unknownPut("a", 1, 2, 1).get("b", 3, 4, 0, 0));
        bad(
                Kind.NOT_LINEARIZABLE,
                new Told()
                        .unknownPut("a", 1, 2, 1)
                        .get("b", 3, 4, 1, 5)
                        .get("b", 5, 6, 0, 0)
                        .get("b", 7, 8, 1, 5));
    }

    @Test
    void versionsRise() {
        bad(
                Kind.VERSION,
                new Told().put("a", 1, 2, 1, 0, 0).get("a", 3, 4, 1, 5).get("a", 5, 6, 1, 6));
        bad(
                Kind.VERSION,
                new Told()
                        .put("a", 1, 2, 1, 0, 0)
                        .get("a", 3, 4, 1, 5)
                        .put("a", 5, 6, 2, 1, 5)
                        .get("a", 7, 8, 2, 5));
        bad(
                Kind.NOT_LINEARIZABLE,
                new Told()
                        .put("a", 1, 2, 1, 0, 0)
                        .get("a", 3, 4, 1, 5)
                        .put("a", 5, 6, 2, 1, 5)
                        .get("a", 7, 8, 2, 4));
    }

    /** As when a leader comes after long: what has gathered is answered at once, and nothing but versions tells the order. */
    @Test
    void callsThatAllOverlapAreDecidedByTheirVersions() {
        assertThat(gathered(20).get("end", 100, 101, 0, 0).check()).isEmpty();
        assertThat(gathered(20)
                        .put("a", 30, 90, 99, 0, 0)
                        .get("b", 30, 90, 99, 150)
                        .check())
                .extracting(Finding::kind)
                .containsExactly(Kind.NOT_LINEARIZABLE);
    }

    /** Each round puts two values and removes the second; the calls of the last round were made first. */
    private static Told gathered(int rounds) {
        Told told = new Told();
        for (int round = rounds - 1; round >= 0; round--) {
            long first = 2L * round + 1;
            long second = first + 1;
            long from = 10 + rounds - round;
            told.put("p" + round, from, 90, first, 0, 0)
                    .put("q" + round, from, 90, second, first, 100 * first)
                    .get("g" + round, from, 90, second, 100 * second);
            if (round % 2 == 0) {
                told.remove("r" + round, from, 90, second, 100 * second);
            } else {
                told.unknownRemove("r" + round, from, Call.NEVER);
            }
        }
        return told;
    }

    /** b sees the second of a's two writes under way, so the first has taken effect. */
    @Test
    void aSessionsWritesAreInOrderOverSeveralMapsAndQueues() {
        Told seen = new Told()
                .put("a", 1, 20, 1, 0, 0)
                .call("a", 2, 20, Told.put("other", 2), new Previous(true, 0, 0))
                .call("b", 3, 4, new Get("m", "other"), new Value(2, 8));
        bad(Kind.NOT_LINEARIZABLE, seen.get("b", 5, 6, 0, 0));
        bad(
                Kind.SESSION_ORDER,
                new Told()
                        .put("a", 1, 20, 1, 9, 3)
                        .call("a", 2, 20, Told.put("other", 2), new Previous(true, 0, 0))
                        .call("b", 3, 4, new Get("m", "other"), new Value(2, 8))
                        .put("c", 10, 11, 9, 0, 0));
    }

    private static Entry entry(String key, long value, long version) {
        return new Entry(key, value, version);
    }

    @Test
    void severalPutTogether() {
        good(new Told()
                .putAll("a", 1, 2, 1, 2)
                .get("b", 3, 4, 1, 5)
                .page("b", 5, 6, 9, entry("k", 1, 5), entry("l", 2, 5))
                .remove("a", 7, 8, 1, 5)
                .page("b", 9, 10, 9, entry("l", 2, 5)));
        bad(Kind.NOT_LINEARIZABLE, new Told().putAll("a", 1, 2, 1).get("b", 3, 4, 0, 0));
        bad(
                Kind.VERSION,
                new Told()
                        .putAll("a", 1, 2, 1, 2)
                        .get("b", 3, 4, 1, 5)
                        .call("b", 3, 4, new Get("m", "l"), new Value(2, 6)));
        good(new Told()
                .call("a", 1, 2, new PutAll("m", List.of("k"), List.of(1L)), new Unknown())
                .get("b", 3, 4, 0, 0));
        bad(
                Kind.NOT_LINEARIZABLE, // one key shows that it was executed, and so the other as well
                new Told()
                        .call("a", 1, 2, new PutAll("m", List.of("k", "l"), List.of(1L, 2L)), new Unknown())
                        .get("b", 3, 4, 1, 5)
                        .putAll("a", 5, 6, 3)
                        .call("b", 7, 8, new Get("m", "l"), new Value(0, 0)));
    }

    @Test
    void aPageShowsAllOrNothingOfWhatIsPutTogether() {
        good(new Told()
                .putAll("a", 1, 2, 1, 2)
                .putAll("a", 3, 9, 3, 4)
                .page("b", 4, 5, 9, entry("k", 1, 5), entry("l", 2, 5))
                .page("b", 6, 7, 9, entry("k", 3, 6), entry("l", 4, 6)));
        bad(
                Kind.TORN,
                new Told()
                        .putAll("a", 1, 2, 1, 2)
                        .putAll("a", 3, 9, 3, 4)
                        .page("b", 4, 5, 9, entry("k", 3, 6), entry("l", 2, 5)));
        bad(Kind.TORN, new Told().putAll("a", 1, 9, 1, 2).page("b", 4, 5, 9, entry("k", 1, 5)));
        good(new Told().putAll("a", 1, 9, 1, 2).page("b", 4, 5, 1, entry("k", 1, 5))); // and no more was asked for
        good(new Told()
                .putAll("a", 1, 9, 1, 2)
                .call("c", 2, 5, new Remove("m", "l", -1), new Previous(true, 2, 5))
                .page("b", 4, 5, 9, entry("k", 1, 5)));
    }

    @Test
    void pages() {
        good(new Told().page("b", 1, 2, 9));
        bad(
                Kind.OUT_OF_ORDER,
                new Told().putAll("a", 1, 2, 1, 2).page("b", 4, 5, 9, entry("l", 2, 5), entry("k", 1, 5)));
        bad(Kind.WRONG_SIZE, new Told().putAll("a", 1, 2, 1, 2).page("b", 4, 5, 1, entry("k", 1, 5), entry("l", 2, 5)));
        bad(Kind.NOT_LINEARIZABLE, new Told().put("a", 1, 2, 1, 0, 0).page("b", 4, 5, 9));
        bad(
                Kind.STALE_READ,
                new Told().put("a", 1, 2, 1, 0, 0).put("a", 3, 4, 2, 1, 5).page("b", 5, 6, 9, entry("k", 1, 5)));
        bad(Kind.INVENTED, new Told().put("a", 1, 2, 1, 0, 0).page("b", 5, 6, 9, entry("l", 1, 5)));
        bad(
                Kind.NOT_LINEARIZABLE, // a page that is not full tells of what is absent, too
                new Told()
                        .put("a", 1, 2, 1, 0, 0)
                        .call("a", 3, 4, Told.put("l", 2), new Previous(true, 0, 0))
                        .page("b", 5, 6, 2, entry("l", 2, 5)));
    }

    @Test
    void cleared() {
        good(new Told()
                .putAll("a", 1, 2, 1, 2)
                .clearMap("b", 3, 4)
                .get("b", 5, 6, 0, 0)
                .page("b", 5, 6, 9)
                .put("a", 7, 8, 3, 0, 0));
        good(new Told().clearMap("b", 1, 2).put("a", 1, 2, 1, 0, 0).get("b", 3, 4, 1, 5));
        bad(
                Kind.NOT_LINEARIZABLE,
                new Told().put("a", 1, 2, 1, 0, 0).clearMap("b", 3, 4).get("b", 5, 6, 1, 5));
        bad(
                Kind.NOT_LINEARIZABLE,
                new Told().clearMap("b", 1, 2).put("a", 3, 4, 1, 0, 0).get("b", 5, 6, 0, 0));
        good(new Told()
                .put("a", 1, 2, 1, 0, 0)
                .call("b", 3, 4, new ClearMap("m"), new Unknown())
                .get("b", 5, 6, 1, 5)
                .get("b", 7, 8, 0, 0));
        bad(
                Kind.NOT_LINEARIZABLE,
                new Told()
                        .put("a", 1, 2, 1, 0, 0)
                        .call("b", 3, 4, new ClearMap("m"), new NotExecuted())
                        .get("b", 7, 8, 0, 0));
    }

    @Test
    void sizes() {
        good(new Told()
                .putAll("a", 1, 2, 1, 2)
                .mapSize("b", 3, 4, 2)
                .remove("a", 5, 6, 1, 5)
                .mapSize("b", 7, 8, 1));
        good(new Told().putAll("a", 1, 9, 1, 2).mapSize("b", 3, 4, 2).mapSize("c", 3, 4, 0));
        bad(Kind.WRONG_SIZE, new Told().putAll("a", 1, 2, 1, 2).mapSize("b", 3, 4, 1));
        bad(Kind.WRONG_SIZE, new Told().putAll("a", 1, 2, 1, 2).mapSize("b", 3, 4, 3));
        bad(Kind.WRONG_SIZE, new Told().mapSize("b", 3, 4, 1).putAll("a", 5, 6, 1, 2));
        bad(
                Kind.WRONG_SIZE,
                new Told().putAll("a", 1, 2, 1, 2).clearMap("a", 3, 4).mapSize("b", 5, 6, 2));
        bad(
                Kind.WRONG_SIZE,
                new Told().putAll("a", 1, 2, 1, 2).remove("a", 3, 4, 1, 5).mapSize("b", 5, 6, 2));
    }
}
