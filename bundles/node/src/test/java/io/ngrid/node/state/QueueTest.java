package io.ngrid.node.state;

import static io.ngrid.node.state.Grid.offer;
import static io.ngrid.node.state.Grid.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Result.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueueTest {
    private final Grid grid = Grid.withSession();

    @Test
    void elementsComeInTheirOrder() {
        grid.createQueue("q", 10, FullPolicy.REJECT);
        grid.run(offer("q", "a", "b"));
        grid.run(offer("q", "c"));
        assertThat(grid.elements(grid.run(poll("q")))).containsExactly("a");
        assertThat(grid.elements(grid.run(new Action.Poll("q", 10)))).containsExactly("b", "c");
        assertThat(grid.elements(grid.run(poll("q")))).isEmpty();
    }

    @Test
    void H04_threeQueuesOfOneSessionDoNotWaitForEachOther() {
        for (String queue : List.of("x", "y", "z")) {
            grid.createQueue(queue, 10, FullPolicy.REJECT);
        }
        long sequence = 3;
        List<String> polled = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Action offer = offer("xyz".substring(i % 3, i % 3 + 1), "e" + i);
            assertThat(grid.execute(++sequence, 1, offer)).isEqualTo(new Outcome.Executed(new Result.Flag(true)));
        }
        for (int i = 0; i < 9; i++) {
            Outcome outcome = grid.execute(++sequence, 1, poll("zyx".substring(i % 3, i % 3 + 1)));
            assertThat(outcome).isInstanceOf(Outcome.Executed.class);
            polled.addAll(grid.elements(((Outcome.Executed) outcome).result()));
        }
        assertThat(polled).containsExactly("e2", "e1", "e0", "e5", "e4", "e3", "e8", "e7", "e6");
    }

    @Test
    void H05_anUnknownNameIsAnsweredWithTheWayOut() {
        List<Action> actions = List.of(offer("orders", "a"), poll("orders"), new Action.Clear("orders"));
        for (Action action : actions) {
            Result.Failed failed = (Result.Failed) grid.run(action);
            assertThat(failed.reason()).isEqualTo(Reason.UNKNOWN_NAME);
            assertThat(failed.message())
                    .contains("no queue named orders")
                    .contains("etc/io.ngrid.queue-orders.cfg")
                    .contains("NGridNode.queue");
        }
        for (Query query : List.of(
                new Query.QueueSize("orders"),
                new Query.Browse("orders", 0, 1),
                new Query.BrowseFrom("orders", 0, 1),
                new Query.QueueInfo("orders"))) {
            assertThat(((Answer.Failed) grid.state.query(query)).reason()).isEqualTo(Reason.UNKNOWN_NAME);
        }
        assertThat(((Result.Failed) grid.run(poll("x".repeat(60_000)))).message())
                .hasSizeLessThan(1000);
    }

    @Test
    void aBatchFitsOrNot() {
        grid.createQueue("q", 3, FullPolicy.REJECT);
        assertThat(grid.run(offer("q", "a", "b"))).isEqualTo(new Result.Flag(true));
        assertThat(grid.state.roomCount("q")).isEqualTo(1);
        assertThat(grid.run(offer("q", "c", "d"))).isEqualTo(new Result.Flag(false));
        assertThat(grid.run(offer("q", "c"))).isEqualTo(new Result.Flag(true));
        assertThat(grid.run(offer("q", "d"))).isEqualTo(new Result.Flag(false));
        assertThat(grid.state.readyCount("q")).isEqualTo(3);
        assertThat(grid.state.roomCount("q")).isZero();
        assertThat(grid.bodies.puts).isEqualTo(3);
    }

    @Test
    void aDroppingQueueDropsItsOldest() {
        grid.createQueue("q", 3, FullPolicy.DROP_OLDEST);
        grid.run(offer("q", "a", "b"));
        assertThat(grid.run(offer("q", "c", "d"))).isEqualTo(new Result.Flag(true));
        assertThat(grid.bodies.releases).isEqualTo(1);
        assertThat(grid.run(offer("q", "1", "2", "3", "4"))).isEqualTo(new Result.Flag(false));
        assertThat(grid.run(offer("q", "e", "f", "g"))).isEqualTo(new Result.Flag(true));
        assertThat(grid.elements(grid.run(new Action.Poll("q", 9)))).containsExactly("e", "f", "g");
        assertThat(grid.state.roomCount("q")).isEqualTo(3);
    }

    @Test
    void H07_sequencesAreNotUsedAgainAfterClear() {
        grid.createQueue("q", 9, FullPolicy.REJECT);
        grid.run(offer("q", "a", "b"));
        assertThat(grid.run(new Action.Clear("q"))).isEqualTo(new Result.Done());
        assertThat(grid.bodies.references()).isEmpty();
        assertThat(grid.run(new Action.Clear("q"))).isEqualTo(new Result.Done());
        grid.run(offer("q", "c")); // LiveBodies refuses a sequence used before
        assertThat(grid.elements(grid.run(poll("q")))).containsExactly("c");
        QueueState queue = grid.state.queues().get("q").get();
        assertThat(queue.offered()).isEqualTo(3);
        assertThat(queue.polled()).isEqualTo(1);
    }

    @Test
    void clearLeavesTheBodiesOfPolledElements() {
        grid.createQueue("q", 9, FullPolicy.REJECT);
        grid.run(offer("q", "a", "b"));
        Result polled = grid.run(poll("q"));
        grid.execute(4, 3, new Action.Clear("q"));
        assertThat(grid.elements(polled)).containsExactly("a");
        assertThat(grid.bodies.references()).isEqualTo(LiveBodies.referencesOf(grid.state));
    }

    @Test
    void senselessActionsAreAnsweredAndTheSessionGoesOn() {
        grid.createQueue("q", 9, FullPolicy.REJECT);
        for (Action action :
                List.of(new Action.Offer("q", List.of()), new Action.Poll("q", 0), new Action.Poll("q", -5))) {
            assertThat(((Result.Failed) grid.run(action)).reason()).isEqualTo(Reason.BAD_COMMAND);
        }
        assertThat(grid.run(offer("q", "a"))).isEqualTo(new Result.Flag(true));
    }

    @Test
    void aPollIsBounded() {
        grid.createQueue("q", Long.MAX_VALUE, FullPolicy.REJECT);
        String[] many = new String[Execution.MAX_POLL + 1];
        java.util.Arrays.fill(many, "x");
        grid.run(offer("q", many));
        Result.Polled polled = (Result.Polled) grid.run(new Action.Poll("q", Integer.MAX_VALUE));
        assertThat(polled.sequences()).hasSize(Execution.MAX_POLL);
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
    }

    @Test
    void browsingTakesNothing() {
        grid.createQueue("q", 9, FullPolicy.REJECT);
        grid.run(offer("q", "a", "b", "c", "d"));
        grid.run(poll("q"));
        long created = grid.state.queues().get("q").get().created();
        assertThat(grid.state.query(new Query.Browse("q", 1, 5)))
                .isEqualTo(new Answer.Elements(created, List.of(3L, 4L)));
        assertThat(grid.state.query(new Query.Browse("q", 0, 2)))
                .isEqualTo(new Answer.Elements(created, List.of(2L, 3L)));
        assertThat(grid.state.query(new Query.Browse("q", Long.MAX_VALUE, 2)))
                .isEqualTo(new Answer.Elements(created, List.of()));
        assertThat(grid.state.query(new Query.BrowseFrom("q", 0, 2)))
                .isEqualTo(new Answer.Elements(created, List.of(2L, 3L)));
        assertThat(grid.state.query(new Query.BrowseFrom("q", 4, 9)))
                .isEqualTo(new Answer.Elements(created, List.of(4L)));
        assertThat(grid.state.query(new Query.BrowseFrom("q", 5, 9)))
                .isEqualTo(new Answer.Elements(created, List.of()));
        assertThat(grid.state.query(new Query.QueueSize("q"))).isEqualTo(new Answer.Count(3));
        assertThat(((Answer.Queue) grid.state.query(new Query.QueueInfo("q"))).size())
                .isEqualTo(3);
        assertThat(grid.state.query(new Query.Browse("q", -1, 2))).isInstanceOf(Answer.Failed.class);
        assertThat(grid.state.query(new Query.BrowseFrom("q", 1, 0))).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void settingsAreObeyedExtendedOrRefused() {
        QueueSettings there = new QueueSettings("q", "kryo", List.of("A", "B"), 5, FullPolicy.REJECT);
        assertThat(create(there)).isEqualTo(new Result.Done());
        assertThat(create(there)).isEqualTo(new Result.Done());
        grid.run(offer("q", "a"));
        QueueSettings longer = new QueueSettings("q", "kryo", List.of("A", "B", "C"), 5, FullPolicy.REJECT);
        assertThat(create(longer)).isEqualTo(new Result.Done());
        assertThat(grid.state.queues().get("q").get().settings()).isEqualTo(longer);
        assertThat(create(there)).isEqualTo(new Result.Done());
        assertThat(grid.state.queues().get("q").get().settings()).isEqualTo(longer);
        assertThat(grid.state.readyCount("q")).isEqualTo(1);
        refused(
                new QueueSettings("q", "string", List.of("X"), 6, FullPolicy.DROP_OLDEST),
                "queue q exists with codec = kryo, asked for was string");
        refused(
                new QueueSettings("q", "kryo", List.of("A", "X", "C", "D"), 6, FullPolicy.REJECT),
                "queue q exists with classes[1] = B, asked for was X");
        refused(
                new QueueSettings("q", "kryo", List.of("A"), 6, FullPolicy.DROP_OLDEST),
                "queue q exists with capacity = 5, asked for was 6");
        refused(
                new QueueSettings("q", "kryo", List.of(), 5, FullPolicy.DROP_OLDEST),
                "queue q exists with full.policy = reject, asked for was drop-oldest");
        assertThat(grid.state.queues().get("q").get().settings()).isEqualTo(longer);
    }

    private void refused(QueueSettings settings, String message) {
        assertThat(create(settings)).isEqualTo(new Result.Failed(Reason.OTHER_SETTINGS, message));
    }

    private Result create(QueueSettings settings) {
        return grid.run(new Action.CreateQueue(settings));
    }
}
