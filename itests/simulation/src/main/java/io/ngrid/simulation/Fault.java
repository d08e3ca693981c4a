package io.ngrid.simulation;

/** What can go wrong. */
enum Fault {
    /** Kill -9 of a node; its operating system lives on. */
    KILL(50, 1),
    /** A node loses its power, and all or some of what was not forced. */
    POWER_CUT(50, 1),
    /** All nodes lose their power at once. */
    POWER_CUT_OF_ALL(25, 3),
    /** A node dies in the middle of a disk operation. */
    DEATH_IN_WRITE(40, 1),
    /** A node stops for a while, as after SIGSTOP. */
    PAUSE(35, 1),
    /** One direction between two nodes is cut. */
    CUT_ONE_WAY(35, 1),
    /** The nodes fall into two parts. */
    PARTITION(35, 1),
    /** Some pairs of nodes, anyhow chosen, are cut. */
    PARTIAL_MESH(25, 1),
    /** The leader is cut off. */
    ISOLATED_LEADER(35, 1),
    /** All connections of the leader break, and the leader does not notice. */
    DEAF_LEADER(25, 1),
    /** What the leader hears or says arrives late, perhaps when it leads no more. */
    LATE_LEADER(20, 1),
    /** The answer to a fetch arrives when the one that asked already follows another leader. */
    LATE_ANSWER(60, 1),
    /** Something happens to a successor, or between it and others, while it is handed the leadership. */
    HINDERED_HAND_OVER(40, 1),
    /** A connection breaks, with what is under way in it. */
    SEVERED(40, 1),
    /** Messages take very long between two nodes. */
    SLOW_LINE(30, 1),
    /** Messages are lost and repeated within connections. */
    HOSTILE_LINE(15, 1),
    /** Forces take very long. */
    SLOW_DISK(30, 1),
    /** A clock runs at another rate. */
    DRIFT(20, 1),
    /** A clock jumps ahead, as that of a machine that was asleep may. */
    CLOCK_JUMP(15, 2),
    /** A write fails, of any file; a part of it may be written. */
    WRITE_ERROR(20, 2),
    /** A force fails, of any file or directory. */
    FORCE_ERROR(20, 2),
    /** A read fails. */
    READ_ERROR(10, 2),
    /** A disk is full for a while. */
    FULL_DISK(15, 2),
    /** A bit of what was once on disk flips. */
    ROT(15, 3),
    /** A node comes back with an empty disk. */
    WIPE(10, 4);

    /** In so many of a hundred runs. */
    final int percent;

    /** How much rarer it comes than others. */
    final int rarity;

    Fault(int percent, int rarity) {
        this.percent = percent;
        this.rarity = rarity;
    }
}
