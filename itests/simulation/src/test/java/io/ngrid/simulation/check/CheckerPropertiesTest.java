package io.ngrid.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** The checkers against a search that tries every order, on small histories of all kinds. */
class CheckerPropertiesTest {
    @Property(tries = 30_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void aQueueIsAcceptedExactlyIfSomeOrderExplainsIt(@ForAll long seed) {
        agree(RandomHistory.ofQueue(new SplittableRandom(seed)));
    }

    @Property(tries = 30_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void aMapIsAcceptedExactlyIfSomeOrderExplainsIt(@ForAll long seed) {
        agree(RandomHistory.ofMap(new SplittableRandom(seed)));
    }

    /** Over several objects sessions bind more than the checkers use; what they find is wrong nevertheless. */
    @Property(tries = 15_000, edgeCases = net.jqwik.api.EdgeCasesMode.NONE)
    void whatIsFoundInSeveralQueuesAndMapsIsWrong(@ForAll long seed) {
        History history = RandomHistory.ofBoth(new SplittableRandom(seed));
        boolean accepted = BruteForce.accepts(history);
        Statistics.collect(accepted);
        if (accepted) {
            assertThat(Checker.check(history)).as(text(history)).isEmpty();
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
