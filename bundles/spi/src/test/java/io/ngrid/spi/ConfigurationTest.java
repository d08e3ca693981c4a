package io.ngrid.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(7, 8));
    private static final Configuration THREE = new Configuration(CLUSTER, List.of(member(10), member(9), member(1)), 2);

    private static Member member(int number) {
        return new Member(new NodeId("node-" + number), new StorageId(new UUID(number, number)));
    }

    @Test
    void votersAreInTheOrderOfTheirIds() {
        assertThat(THREE.voters()).containsExactly(member(1), member(9), member(10));
    }

    @Test
    void aVoterIsANodeIdTogetherWithItsStorage() {
        Member wiped = new Member(new NodeId("node-9"), new StorageId(new UUID(0, 0)));

        assertThat(THREE.isVoter(member(9))).isTrue();
        assertThat(THREE.isVoter(wiped)).isFalse();
        assertThat(THREE.voter(wiped.node())).isEqualTo(member(9));
        assertThat(THREE.voter(new NodeId("node-2"))).isNull();
    }

    @Test
    void whatIsEncodedIsDecoded() {
        assertThat(Configuration.decode(THREE.encode())).isEqualTo(THREE);
    }

    @Test
    void aPayloadCutShortOrOfAnotherVersionIsRefused() {
        byte[] payload = THREE.encode();
        for (int length = 0; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThatThrownBy(() -> Configuration.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        payload[0] = 2;
        assertThatThrownBy(() -> Configuration.decode(payload))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Configuration(CLUSTER, List.of(), 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at least one voter");
        assertThatThrownBy(() -> new Configuration(CLUSTER, List.of(member(1), member(1)), 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new Configuration(CLUSTER, List.of(member(1)), 2))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("replication.quorum = 2");
    }
}
