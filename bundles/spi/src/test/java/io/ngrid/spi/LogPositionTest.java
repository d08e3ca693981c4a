package io.ngrid.spi;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class LogPositionTest {
    @Property
    void theLastEpochDecidesThenTheLastIndex(
            @ForAll @LongRange(max = 5) long epochA,
            @ForAll @LongRange(max = 5) long indexA,
            @ForAll @LongRange(max = 5) long epochB,
            @ForAll @LongRange(max = 5) long indexB) {
        int expected = epochA != epochB ? Long.compare(epochA, epochB) : Long.compare(indexA, indexB);

        assertThat(new LogPosition(epochA, indexA).compareTo(new LogPosition(epochB, indexB)))
                .isEqualTo(expected);
    }
}
