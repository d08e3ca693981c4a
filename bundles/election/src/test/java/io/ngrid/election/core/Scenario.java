package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.MS;
import static io.ngrid.election.core.TestCluster.number;

import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LeadershipTransfer;
import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Carries out the steps of a golden trace on a {@link TestCluster} whose links take 1 ms and whose forces take 2, and tells
 * what the nodes decide: time in milliseconds, node, decision. A heartbeat is told when it says something new
 * beside the end of the log; of a step
 * that begins with {@code quietly} nothing is.
 */
final class Scenario implements Function<String, List<String>> {
    private final List<String> lines = new ArrayList<>();
    private final Map<Integer, String> shown = new HashMap<>();
    private TestCluster cluster;

    @Override
    public List<String> apply(String step) {
        lines.clear();
        boolean quietly = step.startsWith("quietly ");
        carryOut((quietly ? step.substring("quietly ".length()) : step).split(" +", -1));
        return quietly ? List.of() : List.copyOf(lines);
    }

    private void carryOut(String[] words) {
        switch (words[0]) {
            case "cluster" -> cluster = cluster(words);
            case "log" -> log(words[1], words[2]);
            case "start" -> cluster.start(numbers(words));
            case "crash" -> cluster.crash(numbers(words));
            case "vanish" -> cluster.vanish(numbers(words)[0]);
            case "cut" -> cluster.cutOneWay(numbers(words)[0]).to(rest(words));
            case "grow" -> cluster.node(numbers(words)[0]).grow(numbers(words)[1]);
            case "load" -> load(numbers(words)[0]);
            case "handback" -> cluster.handbackDelay = Long.parseLong(words[1].replace("ms", "")) * MS;
            case "heal" -> cluster.heal();
            case "run" -> cluster.run(Long.parseLong(words[1].replace("ms", "")) * MS);
            case "states" -> cluster.nodes.values().forEach(node -> lines.add("        " + state(node)));
            default -> throw new IllegalArgumentException("no step: " + String.join(" ", words));
        }
    }

    /** From now on the node, while it leads, appends an entry every 10 ms. */
    private void load(int node) {
        cluster.later(10 * MS, () -> {
            TestNode loaded = cluster.node(node);
            if (loaded.isUp() && loaded.view().role() == Role.LEADER) {
                loaded.grow(1);
            }
            load(node);
        });
    }

    /** {@code cluster 3} or {@code cluster 5 W 4}. */
    private TestCluster cluster(String[] words) {
        int replicationQuorum = words.length > 3 ? Integer.parseInt(words[3]) : 0;
        TestCluster made = new TestCluster(Integer.parseInt(words[1]), replicationQuorum, 1);
        made.minDelay = MS;
        made.maxDelay = MS;
        made.forceNanos = 2 * MS;
        made.watcher = this::tell;
        return made;
    }

    private void log(String node, String position) {
        String[] parts = position.split(":", -1);
        TestNode behind = cluster.node(Integer.parseInt(node));
        long more = Long.parseLong(parts[1]) - behind.log.index();
        if (behind.isUp() && more > 0) {
            behind.grow(more);
        } else {
            cluster.log(behind.number, Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }
    }

    private static int[] numbers(String[] words) {
        return Arrays.stream(words)
                .skip(1)
                .filter(word -> word.matches("\\d+"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static int[] rest(String[] words) {
        return Arrays.stream(numbers(words)).skip(1).toArray();
    }

    private void tell(TestNode node, ElectionEffect effect) {
        String what = describe(node, effect);
        if (!what.isEmpty()) {
            lines.add(String.format(Locale.ROOT, "%7.1f node-%d %s", cluster.millis(), node.number, what));
        }
    }

    private String describe(TestNode node, ElectionEffect effect) {
        if (effect instanceof ElectionEffect.PersistVote persist) {
            return "promises epoch " + persist.vote().epoch()
                    + (persist.vote().votedFor() == null
                            ? ""
                            : ", votes for " + persist.vote().votedFor());
        }
        if (effect instanceof ElectionEffect.Follow follow) {
            return "follows " + (follow.leader() == null ? "nobody" : follow.leader()) + " in epoch " + follow.epoch();
        }
        if (effect instanceof ElectionEffect.Lead lead) {
            return "leads epoch " + lead.epoch();
        }
        if (effect instanceof ElectionEffect.WritesAllowed writes) {
            return (writes.enough() ? "allows" : "refuses") + " writes, hears " + writes.heard();
        }
        if (effect instanceof ElectionEffect.Fetch fetch) {
            return "-> node-" + number(fetch.from()) + ": fetch " + fetch.number() + ", log " + node.log;
        }
        if (effect instanceof ElectionEffect.TakeEntries take) {
            return "takes over fetch " + take.entries().number() + ", log "
                    + take.entries().last();
        }
        if (effect instanceof ElectionEffect.StopAdmitting stop) {
            return "stops admitting for " + stop.to();
        }
        if (effect instanceof ElectionEffect.ResumeAdmitting) {
            return "admits again";
        }
        if (effect instanceof ElectionEffect.Send send && send.message() instanceof Heartbeat beat) {
            String news = news(beat);
            boolean isNew = !news.equals(shown.put(node.number, news));
            return isNew ? "shows log " + beat.last() + ", " + news : "";
        }
        if (effect instanceof ElectionEffect.Send send) {
            return "-> node-" + number(send.to()) + ": " + describe(send.message());
        }
        return ""; // an echo
    }

    private static String state(TestNode node) {
        if (!node.isUp()) {
            return "node-" + node.number + " down";
        }
        return "node-" + node.number + " " + node.view().role() + " epoch "
                + node.view().epoch() + ", leader " + node.view().leader() + ", log " + node.log;
    }

    private static String news(Heartbeat beat) {
        return "epoch " + beat.epoch()
                + (beat.leader() == null ? "" : ", leader " + beat.leader())
                + (beat.lostLeader() ? ", lost its leader" : "")
                + (beat.forfeits() ? ", forfeits" : "")
                + (beat.fit() ? "" : ", not fit")
                + ", hears "
                + beat.hears().stream().map(node -> "" + number(node)).collect(Collectors.joining(" ", "[", "]"));
    }

    private static String describe(Message message) {
        if (message instanceof ElectionRequest request) {
            return (request.preVote() ? "pre-vote" : "vote") + "? epoch " + request.epoch() + ", log " + request.last()
                    + (request.handOver() ? ", handed over" : "");
        }
        if (message instanceof ElectionResponse response) {
            return (response.preVote() ? "pre-vote " : "vote ")
                    + (response.granted() ? "granted" : "refused")
                    + ", own epoch " + response.epoch();
        }
        if (message instanceof LeadershipTransfer transfer) {
            return (transfer.declined() ? "declines" : "lead in my place:") + " transfer " + transfer.attempt()
                    + " of epoch " + transfer.epoch();
        }
        return message.toString();
    }
}
