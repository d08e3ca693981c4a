package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** However late it is asked, but for a hundredth of a second. */
    @Test
    void noMoreThanTheRateGoesInASecond() {
        Pace pace = new Pace(1 << 20, 0);
        long sent = 0;
        for (long now = 0; now < 10 * SECOND; now += 3 * MILLI) {
            for (int i = 0; i < 100 && pace.allows(now); i++) {
                pace.took(64 << 10, now);
                sent += 64 << 10;
            }
        }
        assertThat(sent).isBetween(10L << 20, (10L << 20) + (2 * 64 << 10));
    }

    @Test
    void whatWasNotSentInAQuietTimeIsNotMadeUpFor() {
        Pace pace = new Pace(1 << 20, 0);
        long now = 60 * SECOND;
        int sent = 0;
        for (; sent < 100 && pace.allows(now); sent++) {
            pace.took(8 << 10, now);
        }
        assertThat(sent * 8).as("KiB").isLessThanOrEqualTo(16 + 8);
        assertThat(pace.freeNanos()).isGreaterThan(now);
    }

    @Test
    void zeroIsNoBound() {
        Pace pace = new Pace(0, 0);
        pace.took(1L << 40, 0);
        assertThat(pace.allows(0)).isTrue();
    }
}
