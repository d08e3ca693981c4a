package io.ngrid.simulation;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.testkit.Loss;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes the faults of a plan, each kind at random times, and takes them back. */
final class Faults {
    private static final long MILLI = 1_000_000;

    private final SimulatedCluster cluster;
    private final Plan plan;
    private final SplittableRandom random;
    private final Map<Fault, Integer> made = new EnumMap<>(Fault.class);
    private boolean hindersNext;
    private boolean over;

    Faults(SimulatedCluster cluster, Plan plan) {
        this.cluster = cluster;
        this.plan = plan;
        this.random = cluster.time().random().split();
        cluster.watch().onHandOver(this::handOver);
    }

    void begin() {
        plan.meanIntervals().forEach(this::next);
    }

    private void next(Fault fault, long meanNanos) {
        long wait = (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
        cluster.time().at(cluster.time().now() + wait, () -> {
            if (!over) {
                make(fault);
                next(fault, meanNanos);
            }
        });
    }

    /** How many were made. */
    int count() {
        return made.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void make(Fault fault) {
        switch (fault) {
            case KILL -> kill(anyUp());
            case POWER_CUT -> crash(anyUp(), anyLoss());
            case POWER_CUT_OF_ALL -> cluster.nodes().forEach(node -> crash(node, anyLoss()));
            case DEATH_IN_WRITE -> deathInWrite();
            case PAUSE -> pause();
            case CUT_ONE_WAY -> cutOneWay();
            case PARTITION -> partition();
            case PARTIAL_MESH -> partialMesh();
            case ISOLATED_LEADER -> isolateLeader();
            case DEAF_LEADER -> deafenLeader();
            case LATE_LEADER -> delayLeader();
            case LATE_ANSWER -> cluster.network().lateAnswers.arm();
            case HINDERED_HAND_OVER -> hindersNext = true;
            case SEVERED -> sever();
            case SLOW_LINE -> slowLine();
            case HOSTILE_LINE -> hostileLine();
            case SLOW_DISK -> slowDisk();
            case DRIFT -> drift();
            case CLOCK_JUMP -> jump();
            case WRITE_ERROR, FORCE_ERROR, READ_ERROR -> diskError(fault);
            case FULL_DISK -> fillDisk();
            case ROT -> rot();
            case WIPE -> wipe();
        }
        made.merge(fault, 1, Integer::sum);
    }

    /** Takes everything back. */
    void end() {
        over = true;
        cluster.trace().note("faults end");
        cluster.network().lateAnswers.mended();
        for (Line line : cluster.network().lines()) {
            line.mendAll();
            line.lost = 0;
            line.repeated = 0;
            line.maxDelayNanos = plan.maxDelayNanos();
        }
        cluster.network().hurry();
        for (SimulatedNode node : cluster.nodes()) {
            node.machine().maxForceNanos = plan.maxForceNanos();
            node.disk().clearFaults();
            node.crashAt(0, Loss.NONE);
            node.resume();
            boolean useless = node.is(NodeState.DEGRADED) || node.hasFailed();
            if (node.isRetired() || (useless && !node.isDoomed())) {
                node.crash(Loss.NONE);
            }
            if (!node.isUp()) {
                node.start();
            }
            for (SimulatedNode other : cluster.nodes()) {
                if (node != other) {
                    cluster.network().mended(node.id(), other.id());
                }
            }
        }
    }

    // ---- nodes

    private @Nullable SimulatedNode anyUp() {
        List<SimulatedNode> up =
                cluster.nodes().stream().filter(SimulatedNode::isUp).toList();
        if (up.isEmpty()) {
            return null;
        }
        if (random.nextInt(3) == 0) { // the leader more often than others
            for (SimulatedNode node : up) {
                if (node.leads()) {
                    return node;
                }
            }
        }
        return up.get(random.nextInt(up.size()));
    }

    private SimulatedNode any() {
        return cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    }

    private Loss anyLoss() {
        return random.nextInt(3) == 0 ? Loss.ALL : Loss.RANDOM;
    }

    private void kill(@Nullable SimulatedNode node) {
        if (node == null || !plan.variations().contains(Variation.CLOSED_FIRST)) {
            crash(node, Loss.NONE);
            return;
        }
        node.retire();
        int start = node.starts();
        later(0, 2_000, () -> {
            if (node.starts() == start && !over) {
                crash(node, Loss.NONE);
            }
        });
    }

    private void crash(@Nullable SimulatedNode node, Loss loss) {
        if (node != null && node.isUp()) {
            node.crash(loss);
            restartLater(node);
        }
    }

    private void restartLater(SimulatedNode node) {
        long most = random.nextInt(4) == 0 ? 8_000 : 800;
        later(1, most, () -> {
            if (!node.isUp() && !over) {
                node.start();
            }
        });
    }

    private void deathInWrite() {
        SimulatedNode node = anyUp();
        if (node != null) {
            node.crashAt(
                    1 + random.nextInt(random.nextBoolean() ? 8 : 60), random.nextInt(4) == 0 ? Loss.NONE : anyLoss());
        }
    }

    /** A node died by itself, in the middle of a write. */
    void died(SimulatedNode node) {
        restartLater(node);
    }

    private void pause() {
        SimulatedNode node = anyUp();
        if (node != null) {
            node.pause();
            long timeout = plan.electionTimeout().toMillis();
            later(timeout / 20, 5 * timeout, node::resume);
        }
    }

    // ---- disks

    private void diskError(Fault fault) {
        SimulatedNode node = anyUp();
        if (node == null) {
            return;
        }
        String where = List.of("", "/log/", "vote", "gen-1", "CURRENT").get(random.nextInt(5));
        int nth = 1 + random.nextInt(4);
        cluster.trace().note(fault + " to come at " + node + " in *" + where + "* number " + nth);
        node.diskFault(true);
        switch (fault) {
            case WRITE_ERROR -> node.disk().failWrite(path -> path.contains(where), nth);
            case FORCE_ERROR -> node.disk().failForce(path -> path.contains(where), nth);
            default -> node.disk().failRead(path -> path.contains(where), nth);
        }
        repairLater(node);
    }

    /** Somebody looks after it, and starts it anew if it is degraded. */
    private void repairLater(SimulatedNode node) {
        later(500, 6_000, () -> {
            if (node.is(NodeState.DEGRADED) && !node.isDoomed() && !over) {
                crash(node, random.nextInt(3) == 0 ? anyLoss() : Loss.NONE);
            }
        });
    }

    private void fillDisk() {
        SimulatedNode node = anyUp();
        if (node != null) {
            long used = node.disk().files().stream()
                    .mapToLong(path -> node.disk().content(path).length)
                    .sum();
            long room = random.nextInt(random.nextBoolean() ? 1_000 : 40_000);
            cluster.trace().note("disk of " + node + " has room for " + room + " bytes");
            node.diskFault(true);
            node.disk().capacity(used + room);
            later(500, 15_000, () -> node.disk().capacity(Long.MAX_VALUE));
            repairLater(node);
        }
    }

    /** So many nodes are already out for good, or may be. */
    private long doomed() {
        return cluster.nodes().stream().filter(SimulatedNode::isDoomed).count();
    }

    /** Not before all have their cluster: without one of them it could never form [M1]. */
    private boolean mayBeDoomed(SimulatedNode node) {
        boolean formed = cluster.watch().logs.copies().size() >= plan.nodes();
        return formed && (doomed() < plan.losable() || node.isDoomed());
    }

    private void rot() {
        SimulatedNode node = any();
        if (!mayBeDoomed(node)) {
            return;
        }
        List<ProvenLog.Range> ranges = new ArrayList<>(node.proven().ranges());
        for (String path : node.disk().files()) {
            if (!path.contains("/log/") && !path.endsWith("lock") && !path.endsWith(".tmp")) {
                ranges.add(new ProvenLog.Range(path, node.disk().content(path).length));
            }
        }
        if (!ranges.isEmpty()) {
            ProvenLog.Range range = ranges.get(random.nextInt(ranges.size()));
            if (range.length() > 0 && node.disk().files().contains(range.path())) {
                long offset = random.nextLong(range.length());
                cluster.trace().note("rot at " + node + " in " + range.path() + " at " + offset);
                node.doom();
                node.disk().flipBit(range.path(), offset, random.nextInt(8));
            }
        }
    }

    private void wipe() {
        SimulatedNode node = any();
        if (mayBeDoomed(node)) {
            crash(node, Loss.ALL);
            if (!node.isUp()) {
                node.wipe();
            }
        }
    }

    private void drift() {
        any().clock().drift(cluster.time().now(), 1_000_000 + random.nextInt(-plan.drift(), plan.drift() + 1));
    }

    private void jump() {
        SimulatedNode node = any();
        long by = random.nextLong(5 * plan.electionTimeout().toNanos());
        cluster.trace().note("clock of " + node + " jumps by " + by / MILLI + " ms");
        node.clock().jump(by);
    }

    private void slowDisk() {
        SimulatedNode node = any();
        node.machine().maxForceNanos = (20 + random.nextInt(400)) * MILLI;
        cluster.trace().note("slow disk at " + node);
        later(200, 4_000, () -> node.machine().maxForceNanos = plan.maxForceNanos());
    }

    // ---- network

    private void cutOneWay() {
        SimulatedNode from = any();
        SimulatedNode to = any();
        if (from != to) {
            cut(List.of(List.of(from, to)));
        }
    }

    private void partition() {
        List<SimulatedNode> left = new ArrayList<>();
        List<SimulatedNode> right = new ArrayList<>();
        cluster.nodes().forEach(node -> (random.nextBoolean() ? left : right).add(node));
        List<List<SimulatedNode>> pairs = new ArrayList<>();
        for (SimulatedNode a : left) {
            for (SimulatedNode b : right) {
                pairs.add(List.of(a, b));
                pairs.add(List.of(b, a));
            }
        }
        cut(pairs);
    }

    private void partialMesh() {
        List<List<SimulatedNode>> pairs = new ArrayList<>();
        for (SimulatedNode a : cluster.nodes()) {
            for (SimulatedNode b : cluster.nodes()) {
                if (a.id().compareTo(b.id()) < 0 && random.nextInt(3) == 0) {
                    pairs.add(List.of(a, b));
                    pairs.add(List.of(b, a));
                }
            }
        }
        cut(pairs);
    }

    private void isolateLeader() {
        boolean in = random.nextInt(3) > 0;
        boolean out = !in || random.nextInt(3) > 0;
        cut(linesOfLeader(in, out));
    }

    private void deafenLeader() {
        List<List<SimulatedNode>> lines = linesOfLeader(true, false);
        cut(lines);
        lines.forEach(
                pair -> cluster.network().sever(pair.get(0).id(), pair.get(1).id()));
    }

    private void handOver(NodeId leader, NodeId successor) {
        if (hindersNext && !over) {
            hindersNext = false;
            SimulatedNode from = node(leader);
            SimulatedNode to = node(successor);
            later(0, random.nextInt(3) == 0 ? plan.electionTimeout().toMillis() / 2 : 2, () -> {
                if (!over) {
                    hinder(from, to);
                }
            });
        }
    }

    private void hinder(SimulatedNode leader, SimulatedNode successor) {
        switch (random.nextInt(5)) {
            case 0 -> crash(successor, random.nextBoolean() ? Loss.NONE : anyLoss());
            case 1 -> cluster.network().sever(leader.id(), successor.id());
            case 2 -> cut(List.of(List.of(leader, successor)));
            case 3 -> cut(List.of(List.of(successor, leader)));
            default -> { // nobody but the leader hears it
                List<List<SimulatedNode>> pairs = new ArrayList<>();
                for (SimulatedNode other : cluster.nodes()) {
                    if (other != leader && other != successor) {
                        pairs.add(List.of(successor, other));
                    }
                }
                cut(pairs);
            }
        }
    }

    private SimulatedNode node(NodeId id) {
        return cluster.nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** What it says is late; or it is not heard at all, and what the others say of the time before is late. */
    private void delayLeader() {
        boolean in = random.nextBoolean();
        List<List<SimulatedNode>> lines = linesOfLeader(in, !in);
        if (in) {
            cut(linesOfLeader(false, true));
        }
        cluster.trace().note("late " + lines);
        long longest = 3 * plan.electionTimeout().toNanos();
        lines.forEach(pair -> line(pair).maxDelayNanos = plan.maxDelayNanos() + random.nextLong(longest));
        later(200, 5_000, () -> lines.forEach(pair -> line(pair).maxDelayNanos = plan.maxDelayNanos()));
    }

    /** To the leader, from the leader, or both. */
    private List<List<SimulatedNode>> linesOfLeader(boolean in, boolean out) {
        List<List<SimulatedNode>> pairs = new ArrayList<>();
        SimulatedNode leader = cluster.nodes().stream()
                .filter(SimulatedNode::leads)
                .findFirst()
                .orElse(null);
        for (SimulatedNode other : cluster.nodes()) {
            if (leader != null && other != leader && in) {
                pairs.add(List.of(other, leader));
            }
            if (leader != null && other != leader && out) {
                pairs.add(List.of(leader, other));
            }
        }
        return pairs;
    }

    private void cut(List<List<SimulatedNode>> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        cluster.trace().note("cut " + pairs);
        pairs.forEach(pair -> line(pair).cut());
        later(100, random.nextInt(3) == 0 ? 10_000 : 3_000, () -> {
            if (!over) {
                cluster.trace().note("mend " + pairs);
                pairs.forEach(pair -> {
                    line(pair).mend();
                    cluster.network().mended(pair.get(0).id(), pair.get(1).id());
                });
            }
        });
    }

    private Line line(List<SimulatedNode> pair) {
        return cluster.network().line(pair.get(0).id(), pair.get(1).id());
    }

    private void sever() {
        SimulatedNode one = any();
        SimulatedNode other = any();
        if (one != other) {
            cluster.network().sever(one.id(), other.id());
        }
    }

    private @Nullable Line anyLine() {
        List<Line> all = cluster.network().lines();
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private void slowLine() {
        Line line = anyLine();
        if (line != null) {
            line.maxDelayNanos = plan.maxDelayNanos() + random.nextInt(1_000) * MILLI;
            later(200, 5_000, () -> line.maxDelayNanos = plan.maxDelayNanos());
        }
    }

    private void hostileLine() {
        Line line = anyLine();
        if (line != null) {
            line.lost = random.nextInt(200_000);
            line.repeated = random.nextInt(200_000);
            later(200, 8_000, () -> {
                line.lost = 0;
                line.repeated = 0;
            });
        }
    }

    private void later(long minMillis, long maxMillis, Runnable action) {
        long wait = random.nextLong(minMillis * MILLI, maxMillis * MILLI + 1);
        cluster.time().at(cluster.time().now() + wait, action);
    }
}
