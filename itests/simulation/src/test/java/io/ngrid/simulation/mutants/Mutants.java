package io.ngrid.simulation.mutants;

import io.ngrid.testkit.Mutant;
import java.util.List;
import java.util.Map;

/** Faults as they have been made in systems like this one. */
public final class Mutants {
    private static final String ELECTION = "election/src/main/java/io/ngrid/election/core/";
    private static final String REPLICATION = "replication/src/main/java/io/ngrid/replication/core/";
    private static final String STORAGE = "nqueue-storage/src/main/java/io/ngrid/storage/";
    private static final String NODE = "node/src/main/java/io/ngrid/node/";
    private static final String SPI = "spi/src/main/java/io/ngrid/spi/";

    /**
     * Seeds that found those which the first few do not: tried first, so that a build is short. Where one does not find its
     * mutant any more, the build goes through all seeds and prints the one to write here.
     */
    static final Map<String, Long> FOUND_BY =
            Map.of("10", 139L, "16", 19L, "17", 28L, "19", 69L, "20", 225L, "21", 194L, "29", 77L, "33", 33L);

    /** All of them. */
    public static final List<Mutant> ALL = List.of(
            Mutant.of("1", "vote not forced", STORAGE + "SlotFile.java", """
                                file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, (long) i * slotBytes);
                                file.force();
                    """, """
                                file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, (long) i * slotBytes);
                    """),
            Mutant.of(
                    "2",
                    "acknowledged before it is forced",
                    REPLICATION + "Follower.java",
                    "return Math.min(log.flushedIndex(), verified);",
                    "return Math.min(log.last().index(), verified);"),
            Mutant.of(
                    "3",
                    "an unverified tail acknowledged",
                    REPLICATION + "Follower.java",
                    "return Math.min(log.flushedIndex(), verified);",
                    "return log.flushedIndex();"),
            Mutant.of(
                    "4",
                    "committed by counting an older epoch's entry",
                    REPLICATION + "Leader.java",
                    "if (ofThisEpoch(committable)) {",
                    "if (committable > 0) {"),
            Mutant.of(
                    "5",
                    "the same when the no-op is on the leader's disk",
                    REPLICATION + "Leader.java",
                    "if (ofThisEpoch(committable)) {",
                    "if (ofThisEpoch(log.flushedIndex())) {"),
            Mutant.of(
                    "6",
                    "votes given without looking at the candidate's log",
                    ELECTION + "Voting.java",
                    "return request.last().compareTo(state.last()) >= 0; // [E1]",
                    "return true;"),
            Mutant.of(
                    "7",
                    "logs compared by index alone",
                    SPI + "LogPosition.java",
                    "return epoch != other.epoch ? Long.compare(epoch, other.epoch) : Long.compare(index, other.index);",
                    "return Long.compare(index, other.index);"),
            Mutant.of(
                    "8",
                    "election quorum without the majority floor",
                    SPI + "Quorums.java",
                    "Math.max(voters - replication + 1, majority)",
                    "voters - replication + 1"),
            Mutant.of("9", "a conflicting tail not cut", REPLICATION + "Follower.java", """
                                if (entry.index() > log.last().index()
                                        || entry.index() >= log.firstIndex() && log.epochAt(entry.index()) != entry.epoch()) {
                    """, """
                                if (entry.index() > log.last().index()) {
                    """),
            Mutant.of("10", "an answer to a fetch accepted late", ELECTION + "Fetching.java", """
                            boolean expected = sender.node().equals(from) && answer.number() == number && !taking && isUndisturbed();
                            if (!expected || answer.last().compareTo(state.last()) <= 0) {
                    """, """
                            if (state.role() == Role.LEADER) {
                    """),
            Mutant.of(
                    "11",
                    "answered before it is on W disks",
                    NODE + "loop/Leadership.java",
                    "head.outcome != null && head.index <= answerableIndex)",
                    "head.outcome != null)"),
            Mutant.of(
                    "12",
                    "reads answered without confirmation",
                    REPLICATION + "PendingReads.java",
                    "while (!reads.isEmpty() && reads.getFirst().round <= echoedRound) {",
                    "while (!reads.isEmpty()) {"),
            Mutant.of(
                    "13a",
                    "reads confirmed by one voter too few",
                    REPLICATION + "Leader.java",
                    "reachedBy(quorums.commit(), Long.MAX_VALUE, Progress::echoedRound)",
                    "reachedBy(Math.max(1, quorums.commit() - 1), Long.MAX_VALUE, Progress::echoedRound)"),
            Mutant.of(
                    "13b",
                    "reads confirmed by heartbeats that do not echo the round",
                    ELECTION + "Leading.java",
                    """
                            if (heartbeat.epoch() == epoch
                                    && heartbeat.echoEpoch() == epoch
                                    && rounds.echo(from.node(), heartbeat.echoRound())) {
                                state.emit(new ElectionEffect.Echoed(from, heartbeat.echoRound()));
                    """,
                    """
                            if (heartbeat.epoch() == epoch && rounds.echo(from.node(), rounds.current())) {
                                state.emit(new ElectionEffect.Echoed(from, rounds.current()));
                    """),
            Mutant.of(
                            "14",
                            "session table left out of the checkpoint",
                            NODE + "state/StateCodec.java",
                            "header.varint(state.sessions().size());",
                            "header.varint(0);")
                    .and(NODE + "state/StateCodec.java", "writeSession(out, session._1, session._2);", ""),
            Mutant.of(
                    "15",
                    "poll result not stored",
                    NODE + "state/Execution.java",
                    "session.executed(command.sequence(), result);",
                    """
                    session.executed(
                            command.sequence(),
                            result instanceof Result.Polled ? new Result.Polled(0, List.of()) : result);
                    """),
            Mutant.of(
                            "16",
                            "a sequence below the floor executed",
                            NODE + "state/SessionState.java",
                            "if (sequence < floor || closed.contains(sequence)) {",
                            "if (closed.contains(sequence)) {")
                    .and(NODE + "state/SessionState.java", """
                                throw new IllegalStateException("executed sequence " + sequence + " while " + next + " is open");
                    """, """
                                return this;
                    """),
            Mutant.of(
                    "17",
                    "'not executed' passed on after an attempt of unknown outcome",
                    NODE + "client/PendingWrite.java",
                    "return attempts == refused;",
                    "return attempts == 0 || refused > 0;"),
            Mutant.of(
                            "18",
                            "sessions ended by every node's own clock",
                            NODE + "loop/Applying.java",
                            "lanes.apply().execute(() -> applier.apply(batch));",
                            "lanes.apply().execute(() -> applier.apply(batch, lanes.nanoTime()));")
                    .and(NODE + "loop/Applier.java", """
                                void apply(List<LogEntry> entries) {
                                    checkWhole();
                                    halfApplied = true;
                                    GridState next = state;
                            """, """
                                private final java.util.Map<Object, Long> seen = new java.util.HashMap<>();

                                void apply(List<LogEntry> entries, long now) {
                                    checkWhole();
                                    halfApplied = true;
                                    GridState all = state;
                                    GridState next = new GridState(
                                            all.appliedIndex(), all.appliedEpoch(), all.time(), all.configuration(), all.formation(),
                                            all.queues(), all.maps(),
                                            all.sessions().filterValues(session ->
                                                    now - seen.computeIfAbsent(session, s -> now) < 2_000_000_000L),
                                            all.ended(), all.used(), all.hash());
                            """),
            Mutant.of(
                    "19",
                    "a wiped voter keeps its identity",
                    STORAGE + "NodeStorage.java",
                    "new Identity(options.node(), newStorageId(random), null, 1)",
                    """
                    new Identity(
                            options.node(),
                            new StorageId(UUID.nameUUIDFromBytes(options.node().value().getBytes())),
                            null,
                            1)
                    """),
            Mutant.of(
                    "20",
                    "a bad record in the middle taken for a torn tail",
                    STORAGE + "LogChain.java",
                    "if (proof >= 0) {",
                    "if (proof >= 0 && badOffset < 0) {"),
            Mutant.of(
                    "21",
                    "a torn batch with a valid record behind it taken for corruption",
                    STORAGE + "RecordReader.java",
                    "&& view.getLong(at + 16) > badPosition && read(offset)",
                    "&& read(offset)"),
            Mutant.of(
                            "22",
                            "a checkpoint published ahead of the node's own log",
                            NODE + "loop/Checkpointing.java",
                            "if (frozen == null || store.log().flushedIndex() < frozen.bodies().index()) {",
                            "if (frozen == null) {")
                    .and(
                            STORAGE + "CheckpointStore.java",
                            "if (log.flushedIndex() < at.index() || log.epochAt(at.index()) != at.epoch()) {",
                            "if (log.epochAt(at.index()) != at.epoch()) {"),
            Mutant.of(
                    "23",
                    "a body consumed since the instant left out of the checkpoint",
                    STORAGE + "BodyStore.java",
                    "if (bound != null && sequence <= bound) {",
                    "if (bound != null && sequence < 0) {"),
            Mutant.of("24", "the log released before CURRENT is durable", STORAGE + "SmallFile.java", """
                            disk.rename(temporary, path);
                            Faults.forceDirectory(disk, directory);
                    """, """
                            disk.rename(temporary, path);
                    """),
            Mutant.of(
                            "29",
                            "'empty' by read accepted for a poll that was sent again",
                            NODE + "client/ClientProxy.java",
                            "if (write.attempts > 1) {",
                            "if (write.attempts > 1_000_000) {")
                    .and(NODE + "loop/Leadership.java", "&& !write.resent()", ""),
            Mutant.of(
                    "32",
                    "a clear leaves the youngest element",
                    NODE + "state/Execution.java",
                    "queue.size() == 0 ? new Result.Done() : store(drop(queue, queue.size()))",
                    "queue.size() < 2 ? new Result.Done() : store(drop(queue, queue.size() - 1))"),
            Mutant.of(
                    "33",
                    "an offer to a full queue drops one too many",
                    NODE + "state/Execution.java",
                    "after = drop(queue, excess);",
                    "after = drop(queue, Math.min(excess + 1, queue.size()));"),
            Mutant.of(
                    "34",
                    "of what is put together the last is left out",
                    NODE + "state/Execution.java",
                    "for (int i = 0; i < all.keys().size(); i++) {",
                    "for (int i = 0; i < Math.max(1, all.keys().size() - 1); i++) {"),
            Mutant.of(
                    "35",
                    "other classes are taken for a longer list",
                    NODE + "state/SettingsAgreement.java",
                    "if (!there.get(i).equals(asked.get(i))) {",
                    "if (there.size() == asked.size() && !there.get(i).equals(asked.get(i))) {"),
            Mutant.of("36", "an iterator passes over an element", NODE + "state/QueryAnswers.java", """
                            long first = Math.min(Math.max(sequence, queue.head()), queue.tail());
                    """, """
                            long from = sequence > queue.head() && queue.size() % 4 == 3 ? sequence + 1 : sequence;
                            long first = Math.min(Math.max(from, queue.head()), queue.tail());
                    """),
            Mutant.of(
                    "37",
                    "a configuration that was cut stays in force",
                    REPLICATION + "ConfigurationTrack.java",
                    "while (!appended.isEmpty() && appended.getLast().index >= fromIndex) {",
                    "while (!appended.isEmpty() && appended.getLast().index > fromIndex + 100) {"),
            Mutant.of(
                    "38",
                    "a deadline passes without a tick",
                    REPLICATION + "Leader.java",
                    "if (nowNanos >= tickDueNanos()) {",
                    "if (nowNanos >= tickDueNanos() + 200_000_000L) {"),
            Mutant.of(
                    "39",
                    "a fresh node takes part in a cluster that does not name it",
                    REPLICATION + "FormationCore.java",
                    "if (formed.isVoter(self)) {",
                    "if (formed.isVoter(self) || formed.voter(self.node()) == null) {"),
            Mutant.of(
                    "40",
                    "what a closing node has sent is told not executed",
                    NODE + "client/ClientProxy.java",
                    "if (!(call instanceof PendingWrite write && write.place == PendingWrite.Place.IN_FLIGHT)) {",
                    "if (call.id > 0) {"));

    private Mutants() {}
}
