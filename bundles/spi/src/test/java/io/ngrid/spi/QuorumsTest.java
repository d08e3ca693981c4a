package io.ngrid.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumsTest {
    @ParameterizedTest(name = "N={0} W={1}: E={2} C={3}")
    @CsvSource({
        "1, 1, 1, 1",
        "2, 1, 2, 1",
        "2, 2, 2, 1",
        "3, 1, 3, 1",
        "3, 2, 2, 2",
        "3, 3, 2, 2",
        "4, 2, 3, 2",
        "4, 3, 3, 2",
        "5, 2, 4, 2",
        "5, 3, 3, 3",
        "5, 4, 3, 3",
        "5, 5, 3, 3",
        "7, 1, 7, 1",
    })
    void examplesOfTheProtocol(int voters, int replication, int election, int commit) {
        assertThat(Quorums.of(voters, replication)).isEqualTo(new Quorums(voters, replication, election, commit));
    }

    @ParameterizedTest(name = "majority of {0} is {1}")
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "6, 4", "7, 4"})
    void zeroIsAMajority(int voters, int majority) {
        assertThat(Quorums.of(voters, 0)).isEqualTo(Quorums.of(voters, majority));
    }

    /** All pairs of sets of voters, not their sizes: what counts is that they meet. */
    @Property(tries = 200)
    void quorumsMeet(@ForAll @IntRange(min = 1, max = 7) int voters, @ForAll @IntRange(max = 7) int replication) {
        Assume.that(replication <= voters);
        Quorums quorums = Quorums.of(voters, replication);
        for (int a = 0; a < 1 << voters; a++) {
            if (Integer.bitCount(a) != quorums.election()) {
                continue;
            }
            for (int b = 0; b < 1 << voters; b++) {
                boolean elects = Integer.bitCount(b) == quorums.election();
                boolean commits = Integer.bitCount(b) == quorums.commit();
                boolean answers = Integer.bitCount(b) == quorums.replication();
                if (elects || commits || answers) {
                    assertThat(a & b).as("%s: %s and %s", quorums, a, b).isNotZero();
                }
            }
        }
    }

    @Property
    void noQuorumIsLargerThanItNeedsToBe(
            @ForAll @IntRange(min = 1, max = 100) int voters, @ForAll @IntRange(max = 100) int replication) {
        Assume.that(replication <= voters);
        Quorums quorums = Quorums.of(voters, replication);

        assertThat(quorums.commit()).isBetween(1, quorums.replication());
        assertThat(quorums.election()).isBetween(voters / 2 + 1, voters);
        assertThat(quorums.election() + quorums.commit()).isEqualTo(voters + 1);
        assertThat(quorums.replication()).isBetween(1, voters);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "3, 4", "3, -1"})
    void anythingElseIsRefused(int voters, int replication) {
        assertThatThrownBy(() -> Quorums.of(voters, replication))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("replication.quorum = " + replication)
                .hasMessageContaining(voters + " voters");
    }
}
