package io.ngrid.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** The checkers against a search that tries every order, on small histories of all kinds. */
class CheckerPropertiesTest {
    @Property(tries = 10_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void aPlainQueueIsAcceptedExactlyIfSomeOrderExplainsIt(@ForAll long seed) {
        agree(RandomHistory.ofPlainQueue(new SplittableRandom(seed)));
    }

    @Property(tries = 10_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void whatIsFoundInAnyQueueIsWrong(@ForAll long seed) {
        wrongIfFound(RandomHistory.ofQueue(new SplittableRandom(seed)));
    }

    @Property(tries = 10_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void aMapIsAcceptedExactlyIfSomeOrderExplainsIt(@ForAll long seed) {
        agree(RandomHistory.ofMap(new SplittableRandom(seed)));
    }

    @Property(tries = 10_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void whatIsFoundInSeveralKeysIsWrong(@ForAll long seed) {
        wrongIfFound(RandomHistory.ofKeys(new SplittableRandom(seed)));
    }

    /** Over several objects sessions bind more than the checkers use; what they find is wrong nevertheless. */
    @Property(tries = 3_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void whatIsFoundInSeveralQueuesAndMapsIsWrong(@ForAll long seed) {
        wrongIfFound(RandomHistory.ofBoth(new SplittableRandom(seed)));
    }

    private static void wrongIfFound(History history) {
        boolean accepted = BruteForce.accepts(history);
        List<Finding> findings = Checker.check(history);
        Statistics.collect(accepted, findings.isEmpty());
        if (accepted) {
            assertThat(findings).as(text(history)).isEmpty();
        }
    }

    private static void agree(History history) {
        boolean accepted = BruteForce.accepts(history);
        Statistics.collect(accepted);
        List<Finding> findings = Checker.check(history);
        assertThat(findings.isEmpty()).as(text(history) + findings).isEqualTo(accepted);
    }

    private static String text(History history) {
        StringBuilder text = new StringBuilder();
        history.calls().forEach(call -> text.append(new Timed(call)).append('\n'));
        return text.toString();
    }
}
