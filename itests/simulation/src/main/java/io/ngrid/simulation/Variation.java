package io.ngrid.simulation;

/** What is not as usual in a run, and no fault. */
enum Variation {
    /** The bounds of what is sent and fetched at once are small enough to be met. */
    SMALL_BOUNDS(30),
    /** The state has deadlines [R6]. */
    DEADLINES(30),
    /** Leaders append configurations, some of which say the same with other words [E7]. */
    CONFIGURATIONS(30),
    /** Some values are larger than what is sent, cached, compared, or bounded at once. */
    LARGE_VALUES(15),
    /** A node that nobody's list names wants to join [M1]. */
    STRANGER(15),
    /** Requests that a later one of their session calls settled come once more behind that one [S1]: real connections do not do that. */
    SETTLED_REQUESTS(15),
    /** Nodes that are to be killed begin to close before: they take no calls any more, and wait for answers to writes. */
    CLOSED_FIRST(25);

    /** In so many of a hundred runs. */
    final int percent;

    Variation(int percent) {
        this.percent = percent;
    }
}
