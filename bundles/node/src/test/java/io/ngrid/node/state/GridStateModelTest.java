package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.spi.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random commands against {@link Model}. */
@Timeout(300)
class GridStateModelTest {
    private static final int COMMANDS = 120;

    @Property(tries = 300)
    void everyOutcomeIsTheModels(@ForAll long seed) {
        Grid grid = grid();
        Model model = model();
        RandomCommands commands = new RandomCommands(seed);
        for (int i = 0; i < COMMANDS; i++) {
            long index = grid.log.size() + 1L;
            Command command = commands.next(grid.log.size() + 1L);
            Outcome applied = grid.apply(command);
            commands.answered(command, applied);
            String outcome = text(grid, applied);
            assertThat(outcome).as("%s: %s", index, command).isEqualTo(model.apply(index, command));
            assertThat(contents(grid)).as("%s: %s", index, command).isEqualTo(model.contents());
            assertThat(grid.state.sessions().keySet().toJavaSet()).isEqualTo(model.sessions.keySet());
            for (UUID session : RandomCommands.SESSIONS) {
                long sequence = 1 + i % 20;
                assertThat(grid.state.isSettled(session, sequence)).isEqualTo(model.isSettled(session, sequence));
                assertThat(grid.state.firstUnsettled(session)).isEqualTo(model.firstUnsettled(session));
            }
            // put and released once each (LiveBodies refuses else), and live exactly while something refers to them
            assertThat(grid.bodies.references()).isEqualTo(LiveBodies.referencesOf(grid.state));
            assertThat(grid.bodies.areThoseOf(grid.state)).isTrue();
        }
    }

    /** Checkpoint and recovery after every entry stand for leader changes at every moment. */
    @Property(tries = 200)
    void H08_eachElementIsPolledByOneOperationWhoeverLeads(@ForAll long seed) throws IOException {
        Grid grid = grid();
        Map<String, String> polledBy = new HashMap<>();
        RandomCommands commands = new RandomCommands(seed);
        for (int i = 0; i < COMMANDS; i++) {
            Command command = commands.next(grid.log.size() + 1L);
            Outcome outcome = grid.apply(command);
            commands.answered(command, outcome);
            if (command instanceof Command.Execute execute
                    && outcome instanceof Outcome.Executed executed
                    && executed.result() instanceof Result.Polled polled) {
                String operation = execute.session() + "/" + execute.sequence();
                for (long sequence : polled.sequences()) {
                    String element = polled.queue() + "/" + sequence;
                    assertThat(polledBy.putIfAbsent(element, operation)).isIn(null, operation);
                }
            }
            GridState recovered = StateCodecTest.read(StateCodecTest.write(grid.state));
            assertThat(recovered).isEqualTo(grid.state);
            grid.state = recovered;
        }
    }

    @Property(tries = 100)
    void H06_theSameLogGivesTheSameStatesAndOutcomes(@ForAll long seed) {
        Grid grid = grid();
        RandomCommands commands = new RandomCommands(seed);
        List<GridState> states = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            Command command = commands.next(grid.log.size() + 1L);
            outcomes.add(grid.apply(command));
            commands.answered(command, outcomes.get(i));
            states.add(grid.state);
        }
        GridState state = GridState.EMPTY;
        int first = grid.log.size() - COMMANDS;
        for (LogEntry entry : grid.log) {
            Applied applied = state.apply(entry);
            state = applied.state();
            int at = (int) entry.index() - 1 - first;
            if (at >= 0) {
                assertThat(applied.outcome()).isEqualTo(outcomes.get(at));
                assertThat(state).isEqualTo(states.get(at)).hasSameHashCodeAs(states.get(at));
            }
        }
    }

    @Property(tries = 50)
    void H09_replayFromACheckpointAtEveryIndexComesToTheSame(@ForAll long seed) throws IOException {
        Grid grid = grid();
        RandomCommands commands = new RandomCommands(seed);
        for (int i = 0; i < COMMANDS; i++) {
            Command command = commands.next(grid.log.size() + 1L);
            commands.answered(command, grid.apply(command));
        }
        TreeSet<String> live = grid.bodies.references();
        GridState straight = GridState.EMPTY;
        LiveBodies straightBodies = new LiveBodies();
        for (LogEntry checkpointed : grid.log) {
            Applied applied = straight.apply(checkpointed);
            straight = applied.state();
            straightBodies.accept(applied.bodies());

            GridState recovered = StateCodecTest.read(StateCodecTest.write(straight));
            LiveBodies bodies = straightBodies.copy();
            for (LogEntry entry : grid.log.subList((int) checkpointed.index(), grid.log.size())) {
                Applied replayed = recovered.apply(entry);
                recovered = replayed.state();
                bodies.accept(replayed.bodies());
            }
            assertThat(recovered).isEqualTo(grid.state);
            assertThat(bodies.references()).isEqualTo(live);
        }
    }

    /** The random commands reach every kind of outcome. */
    @Test
    void theRandomCommandsAreWorthSomething() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = 0; seed < 50; seed++) {
            Grid grid = grid();
            Model model = model();
            RandomCommands commands = new RandomCommands(seed);
            for (int i = 0; i < COMMANDS; i++) {
                String before = model.contents();
                Command command = commands.next(grid.log.size() + 1L);
                Outcome applied = grid.apply(command);
                commands.answered(command, applied);
                String outcome = text(grid, applied);
                model.apply(grid.log.size(), command);
                boolean effect = !model.contents().equals(before);
                String kind = outcome.replaceAll("[0-9]+", "").replaceAll("(\\[e).*|( v@).*", "$1$2");
                seen.merge(kind + (effect ? " with effect" : ""), 1, Integer::sum);
            }
        }
        assertThat(seen)
                .containsKeys(
                        "[e with effect",
                        "[e",
                        "[]",
                        "done with effect",
                        "failed BAD_COMMAND",
                        "failed UNKNOWN_NAME",
                        "false",
                        "gap ",
                        "opened",
                        "settled",
                        "true",
                        "true with effect",
                        "true v@ with effect",
                        "true v@",
                        "false v@",
                        "unknown");
        assertThat(seen.get("true with effect")).isGreaterThan(400);
        assertThat(seen.get("[e with effect")).isGreaterThan(200);
        assertThat(seen.get("[e")).isGreaterThan(50);
    }

    private static Grid grid() {
        Grid grid = Grid.withSession();
        grid.createQueue("bounded", 5, FullPolicy.REJECT);
        grid.createQueue("dropping", 4, FullPolicy.DROP_OLDEST);
        grid.run(new Action.CreateMap(MapSettings.of("map", "bytes", "bytes")));
        grid.apply(new Command.CloseSession(Grid.SESSION));
        return grid;
    }

    private static Model model() {
        Model model = new Model();
        model.queue("bounded", 5, false);
        model.queue("dropping", 4, true);
        model.maps.put("map", new TreeMap<>());
        return model;
    }

    private static String text(Grid grid, Outcome outcome) {
        if (outcome instanceof Outcome.Executed executed) {
            return text(grid, executed.result());
        } else if (outcome instanceof Outcome.Gap gap) {
            return "gap " + gap.from();
        } else if (outcome instanceof Outcome.Settled) {
            return "settled";
        }
        return outcome instanceof Outcome.Opened ? "opened" : "unknown";
    }

    private static String text(Grid grid, Result result) {
        if (result instanceof Result.Polled) {
            return grid.elements(result).toString(); // [S3] the bodies of a stored result are there
        } else if (result instanceof Result.Previous previous) {
            return previous.done() + " "
                    + (previous.version() == 0 ? "null" : Grid.text(previous.value()) + "@" + previous.version());
        } else if (result instanceof Result.Flag flag) {
            return String.valueOf(flag.value());
        } else if (result instanceof Result.Failed failed) {
            return "failed " + failed.reason();
        }
        return "done";
    }

    private static String contents(Grid grid) {
        Map<String, List<String>> queues = new TreeMap<>();
        for (String name : grid.state.queues().keySet()) {
            Answer.Elements elements = (Answer.Elements) grid.state.query(new Query.Browse(name, 0, 100));
            queues.put(
                    name,
                    elements.sequences().stream()
                            .map(sequence -> Grid.text(grid.bodies.read(elements.queue(), sequence)))
                            .toList());
        }
        Map<String, Map<String, String>> maps = new TreeMap<>();
        for (String name : grid.state.maps().keySet()) {
            Map<String, String> entries = new TreeMap<>();
            Answer.Page page = (Answer.Page) grid.state.query(new Query.MapPage(name, null, 100));
            for (int i = 0; i < page.keys().size(); i++) {
                entries.put(
                        Grid.text(page.keys().get(i)),
                        Grid.text(page.values().get(i)) + "@" + page.versions().get(i));
            }
            maps.put(name, entries);
        }
        return queues + " " + maps;
    }
}
