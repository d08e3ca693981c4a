package io.ngrid.storage;

import io.ngrid.testkit.Mutant;
import io.ngrid.testkit.Planted;
import java.util.List;

/**
 * Faults of what is written, forced, renamed and read back, each with a test that finds it. Those below 101 are in the
 * simulator's list too, in docs/verification.md.
 */
final class StorageMutants {
    private static final String STORAGE = "nqueue-storage/src/main/java/io/ngrid/storage/";

    private static final String KILLED = "KilledThenPowerCutTest#"
            + "H42_whatAQueueHoldsAfterAKillIsStillThereAfterAPowerCut(io.ngrid.storage.NQueueOptions$Durability)";

    /** All of them. */
    static final List<Planted> ALL = List.of(
            in(
                    "101",
                    "a checkpoint published before its bodies are forced",
                    "CheckpointTest#aStateLargerThanABlockComesBack",
                    "BodyStore.java",
                    "store.force();",
                    "store.write();"),
            in(
                    "102",
                    "a checkpoint published before its file is forced",
                    "CheckpointTest#aStateLargerThanABlockComesBack",
                    "CheckpointFile.java",
                    "Faults.force(file, path);",
                    ""),
            in(
                    "103",
                    "a checkpoint published before its directory is forced",
                    "CheckpointTest#aStateLargerThanABlockComesBack",
                    "CheckpointStore.java",
                    """
                                Faults.forceDirectory(disk, directory());
                                written = new Written(at, queues, size);
                    """,
                    """
                                written = new Written(at, queues, size);
                    """),
            in(
                    "104",
                    "files deleted before CURRENT is durable",
                    "CheckpointTest#nothingIsDeletedBeforeCurrentIsForced",
                    "CheckpointStore.java",
                    """
                                named.write(disk, group);
                    """,
                    """
                                bodies.published(at, next.queues);
                                if (old != null) {
                                    delete(old.path);
                                }
                                named.write(disk, group);
                    """),
            in(
                    "105",
                    "the log may be released before CURRENT is durable",
                    "CheckpointTest#theLogIsNotReleasedBeforeCurrentIsForced",
                    "CheckpointStore.java",
                    """
                                named.write(disk, group);
                    """,
                    """
                                index.set(at.index());
                                named.write(disk, group);
                    """),
            in(
                    "106",
                    "replay from one too late",
                    "CheckpointTest#whatCurrentDoesNotNameIsDeletedAtTheStart",
                    "CheckpointStore.java",
                    "new Loaded(file.index,",
                    "new Loaded(file.index + 1,"),
            in(
                    "107",
                    "replay from one too early",
                    "CheckpointTest#whatCurrentDoesNotNameIsDeletedAtTheStart",
                    "CheckpointStore.java",
                    "new Loaded(file.index,",
                    "new Loaded(file.index - 1,"),
            in(
                    "108",
                    "a queue's segment not cut to its listed length",
                    "DirectoryCheckTest#whatACrashLeavesIsTornOrLeftOverNeverCorrupt",
                    "QueueStore.java",
                    "            segment.file.truncate(entry.length);\n",
                    ""),
            in(
                    "24",
                    "CURRENT and identity: the directory not forced",
                    "NodeStorageTest#H24_epochsNeverGoBackAcrossCrashes",
                    "SmallFile.java",
                    """
                            disk.rename(temporary, path);
                            Faults.forceDirectory(disk, directory);
                    """,
                    """
                            disk.rename(temporary, path);
                    """),
            in(
                    "109",
                    "CURRENT and identity renamed before they are forced",
                    "SparseSegmentsTest#H40_aCrashAtAnyForceLeavesTheOldFilesOrTheCopy",
                    "SmallFile.java",
                    """
                                Faults.force(file, temporary);
                            }
                            disk.rename(temporary, path);
                    """,
                    """
                                disk.rename(temporary, path);
                                Faults.force(file, temporary);
                            }
                    """),
            in(
                    "110",
                    "the slots of vote and cursor renamed before they are forced",
                    "SlotFileTest#H24_aCrashAtAnyForceOfItsMakingLeavesNoneOrAWholeOne",
                    "SlotFile.java",
                    """
                                Faults.force(file, temporary);
                            }
                            disk.rename(temporary, path);
                    """,
                    """
                                disk.rename(temporary, path);
                                Faults.force(file, temporary);
                            }
                    """),
            in(
                    "111",
                    "the slots of vote and cursor not forced when they are made",
                    "SlotFileTest#H24_aCrashAtAnyForceOfItsMakingLeavesNoneOrAWholeOne",
                    "SlotFile.java",
                    "            Faults.force(file, temporary);\n",
                    ""),
            in(
                    "112",
                    "the slots of vote and cursor: the directory not forced",
                    "SlotFileTest#H24_aCrashAtAnyForceOfItsMakingLeavesNoneOrAWholeOne",
                    "SlotFile.java",
                    "        Faults.forceDirectory(disk, directory);\n",
                    ""),
            in(
                    "1",
                    "vote and cursor not forced",
                    "TornWritesTest#aVoteIsTheOldOneOrTheNewOne",
                    "SlotFile.java",
                    """
                                file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, (long) i * slotBytes);
                                file.force();
                    """,
                    """
                                file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, (long) i * slotBytes);
                    """),
            in(
                    "113",
                    "one slot only of vote and cursor",
                    "TornWritesTest#aVoteIsTheOldOneOrTheNewOne",
                    "SlotFile.java",
                    "for (int i = 0; i < 2; i++) {",
                    "for (int i = 0; i < 1; i++) {"),
            in(
                    "114",
                    "both slots written before the first one is forced",
                    "FaultAtEveryOperationTest#H42_aQueueLosesNothingThatItAcknowledged",
                    "SlotFile.java",
                    """
                                file.force();
                            }
                    """,
                    """
                            }
                            file.force();
                    """),
            in(
                    "115",
                    "a segment of the log not forced",
                    "SnapshotTest#H16_H17_aCrashAtAnyForceLeavesTheOldStateOrTheNewOne",
                    "LogFiles.java",
                    """
                            segment.file.write(new ByteBuffer[] {segment.header.encode()}, 0);
                            Faults.force(segment.file, segment.path);
                    """,
                    """
                            segment.file.write(new ByteBuffer[] {segment.header.encode()}, 0);
                    """),
            in(
                    "116",
                    "a segment of the log renamed before it is forced",
                    "SegmentedLogTest#H42_aSegmentWhoseForceFailedWhileItWasMadeIsMadeAnew",
                    "LogFiles.java",
                    """
                            Faults.force(segment.file, segment.path);
                            String path = Segments.path(directory, Segments.name(segment.header.number(), SUFFIX));
                            disk.rename(segment.path, path);
                    """,
                    """
                            String path = Segments.path(directory, Segments.name(segment.header.number(), SUFFIX));
                            disk.rename(segment.path, path);
                            Faults.force(segment.file, path);
                    """),
            in(
                    "117",
                    "a segment of the log: the directory not forced",
                    "SegmentedLogTest#aLogGoesOnOverManySegmentsAndReopens",
                    "LogFiles.java",
                    """
                            disk.rename(segment.path, path);
                            Faults.forceDirectory(disk, directory);
                    """,
                    """
                            disk.rename(segment.path, path);
                    """),
            in(
                    "118",
                    "a segment of a queue renamed before it is forced",
                    "NQueueTest#H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved",
                    "QueueSegment.java",
                    """
                            Faults.force(file, unfinished);
                            disk.rename(unfinished, path);
                    """,
                    """
                            disk.rename(unfinished, path);
                            Faults.force(file, path);
                    """),
            in(
                    "119",
                    "a segment of a queue: the directory not forced",
                    "FaultAtEveryOperationTest#H42_aQueueLosesNothingThatItAcknowledged",
                    "QueueSegment.java",
                    """
                            disk.rename(unfinished, path);
                            Faults.forceDirectory(disk, directory);
                    """,
                    """
                            disk.rename(unfinished, path);
                    """),
            in(
                    "120",
                    "a copy of a sparse segment not forced",
                    "SparseSegmentsTest#H40_aCrashAtAnyForceLeavesTheOldFilesOrTheCopy",
                    "SegmentCopy.java",
                    "            Faults.force(file, unfinished);\n",
                    ""),
            in(
                    "121",
                    "a copy of a sparse segment: the directory not forced",
                    "SparseSegmentsTest#H40_aCrashAtAnyForceLeavesTheOldFilesOrTheCopy",
                    "SegmentCopy.java",
                    "        Faults.forceDirectory(disk, directory);\n",
                    ""),
            in(
                    "122",
                    "sparse segments gone before the checkpoint that lists their copy counts",
                    "SparseSegmentsTest#H40_aCrashAtAnyForceLeavesTheOldFilesOrTheCopy",
                    "BodyStore.java",
                    "frozen meanwhile\");\n                }\n",
                    "frozen meanwhile\");\n                }\n"
                            + "for (QueueSegment old : copied.run()) {\n    store.drop(old);\n}\n"),
            in(
                    "20",
                    "a bad record in the middle of the log taken for a torn tail",
                    "SegmentedLogTest#H37_everyByteFlippedBeforeTheLastProofIsCorruption",
                    "LogChain.java",
                    "if (proof >= 0) {",
                    "if (proof >= 0 && badOffset < 0) {"),
            in(
                    "123",
                    "a bad record in the middle of the log skipped, and reading goes on behind it",
                    "SegmentedLogTest#H37_everyByteFlippedBeforeTheLastProofIsCorruption",
                    "LogChain.java",
                    """
                                        && reader.read(at)
                                        && follows(reader, segment, at, i == 0)) {
                    """,
                    """
                                        && (at = skip(reader, at, segment)) >= 0
                                        && reader.read(at)
                                        && follows(reader, segment, at, i == 0)) {
                    """,
                    """
                        private boolean follows(""",
                    """
                        private long skip(RecordReader reader, long at, LogSegment segment) throws IOException {
                            if (at == LogSegment.FIRST_RECORD || reader.read(at)) {
                                return at;
                            }
                            for (long next = at + 8; next + Records.HEADER <= segment.header.size(); next += 8) {
                                if (reader.read(next)) {
                                    previousCrc = reader.previousCrc();
                                    lastIndex = reader.kind() >= Records.START ? reader.index() : reader.index() - 1;
                                    lastEpoch = reader.kind() >= Records.START ? reader.epoch() : lastEpoch;
                                    return next;
                                }
                            }
                            return at;
                        }

                        private boolean follows("""),
            in(
                    "21",
                    "a torn batch with a valid record behind it taken for corruption",
                    "SegmentedLogTest#anUnflushedBadRecordBeforeAGoodOneIsATornTail",
                    "RecordReader.java",
                    "&& view.getLong(at + 16) > badPosition && read(offset)",
                    "&& read(offset)"),
            in(
                    "124",
                    "damage in a queue's last segment taken for a torn tail where it had been on disk",
                    "NQueueTest#H37_everyByteFlippedIsCorruptionNeverWrongData",
                    "QueueRecovery.java",
                    "if (proof >= 0) {",
                    "if (proof >= 0 && bad < 0) {"),
            in(
                    "125",
                    "the same in a segment that was left unforced",
                    "NQueueFilesTest#H37_damageInASegmentThatWasLeftUnforcedIsNoTornTailWhereItHadBeenForcedBefore",
                    "QueueRecovery.java",
                    "if (proven > segment.header.base() + torn) {",
                    "if (proven < 0) {"),
            in(
                    "126",
                    "the same before a segment that was begun when all was forced",
                    "NQueueFilesTest#H37_damageBeforeASegmentThatWasBegunWhenAllWasForcedIsNoTornTail",
                    "QueueRecovery.java",
                    "if (next.header.size() != SegmentHeader.AFTER_UNFORCED || proven >= next.header.base()) {",
                    "if (proven >= next.header.base()) {"),
            in(
                    "127",
                    "a queue's segment that a killed process left unforced believed",
                    KILLED,
                    "QueueRecovery.java",
                    "                makeDurable(segment, SegmentHeader.BYTES);\n",
                    ""),
            in("128", "the same of the last one, sealed", KILLED, "QueueStore.java", """
                            } else if (isLast) {
                                QueueRecovery.makeDurable(segment, SegmentHeader.BYTES);
                            }
                    """, """
                            }
                    """),
            in(
                    "129",
                    "the same of the last one, open",
                    "NQueueTest#H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved",
                    "QueueRecovery.java",
                    "makeDurable(segment, Math.max(SegmentHeader.BYTES, tail.flushed() - segment.header.base()));",
                    ""),
            in(
                    "130",
                    "what a killed process left unforced in the log believed",
                    "SegmentedLogTest#H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved",
                    "LogRecovery.java",
                    "        rewriteUnproven();\n",
                    ""),
            in(
                    "131",
                    "what a killed process left forced, but not written again",
                    "NQueueTest#H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved",
                    "Segments.java",
                    """
                                file.write(new ByteBuffer[] {bytes.flip()}, at);
                            }
                    """,
                    """
                            }
                    """),
            in(
                    "132",
                    "the same written again, but not forced",
                    "NQueueTest#H42_whatAFailedForceLeftInTheCacheIsOnDiskBeforeItIsBelieved",
                    "QueueRecovery.java",
                    "        Faults.force(segment.file, segment.path);\n",
                    ""),
            in(
                    "133",
                    "a cut of a queue whose force failed taken for made",
                    "NQueueFilesTest#H42_aCutWhoseForceFailedIsMadeAgainByTheNextStart",
                    "QueueRecovery.java",
                    "if (size == tail.offset()) {",
                    "if (size < tail.offset()) {"),
            in(
                    "27",
                    "an older snapshot swapped in",
                    "SnapshotTest#anOlderSnapshotIsNotInstalled",
                    "NodeGroup.java",
                    "!received.isWhole() || index <= checkpoints.index()",
                    "!received.isWhole()"),
            in(
                    "31",
                    "the log discarded before CURRENT says so",
                    "SnapshotTest#H16_H17_aCrashAtAnyForceLeavesTheOldStateOrTheNewOne",
                    "NodeGroup.java",
                    """
                                received.current(!keepsLog).write(disk, DIRECTORY);
                    """,
                    """
                                if (!keepsLog) {
                                    Segments.deleteTree(disk, LOG);
                                    Faults.forceDirectory(disk, DIRECTORY);
                                }
                                received.current(!keepsLog).write(disk, DIRECTORY);
                    """),
            in(
                    "134",
                    "what is cut while it is verified taken for corruption",
                    "DirectoryCheckTest#whatIsCutReplacedOrReleasedMeanwhileIsNeverCalledCorrupt",
                    "SegmentedLog.java",
                    "if (cuts == then) {",
                    "if (cuts >= then) {"),
            in(
                    "135",
                    "files of an older checkpoint deleted though somebody reads them",
                    "DirectoryCheckTest#whatIsCutReplacedOrReleasedMeanwhileIsNeverCalledCorrupt",
                    "PinnedSnapshot.java",
                    "        pins.pin(paths);\n",
                    ""));

    private StorageMutants() {}

    /** @param edit pairs of what was and what is */
    private static Planted in(String number, String name, String test, String file, String... edit) {
        Mutant mutant = Mutant.of(number, name, STORAGE + file, edit[0], edit[1]);
        for (int i = 2; i < edit.length; i += 2) {
            mutant = mutant.and(STORAGE + file, edit[i], edit[i + 1]);
        }
        return new Planted(mutant, "io.ngrid.storage." + test);
    }
}
