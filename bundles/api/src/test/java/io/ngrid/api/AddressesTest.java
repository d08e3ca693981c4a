package io.ngrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link NodeInfo} and {@link PeerAddress}. */
class AddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"node-1@127.0.0.1:7401", "node-1@[::1]:7401", "a@host.example:1", "z_9@h:65535"})
    void aNodesTextIsReadAndWritten(String text) {
        assertThat(NodeInfo.parse(text)).hasToString(text);
    }

    @Test
    void aNodesBracketsAreNotPartOfItsHost() {
        assertThat(NodeInfo.parse("node-1@[fe80::1]:7401"))
                .isEqualTo(new NodeInfo(new NodeId("node-1"), "fe80::1", 7401));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node-1",
                "node-1@",
                "@host:1",
                "node-1@host",
                "node-1@:7401",
                "node-1@host:",
                "node-1@host:x",
                "node-1@host:0",
                "node-1@host:65536",
                "node-1@host:-1",
                "no de@host:1",
                "node-1@ :7401"
            })
    void otherTextsAreNoNode(String text) {
        assertThatThrownBy(() -> NodeInfo.parse(text)).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:7401", "[::1]:7401", "node-1@host:7401", "node-1@[::1]:7401", "h:65535"})
    void aPeersTextIsReadAndWritten(String text) {
        assertThat(PeerAddress.parse(text)).hasToString(text);
    }

    @Test
    void aPeersIdIsOptional() {
        assertThat(PeerAddress.parse("host:1")).isEqualTo(new PeerAddress(null, "host", 1));
        assertThat(PeerAddress.parse("n@host:1")).isEqualTo(new PeerAddress(new NodeId("n"), "host", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                ":7401",
                "host:",
                "host:x",
                "host:0",
                "host:65536",
                "host:-7",
                "@host:1",
                "n@:1",
                "n@m@host:1",
                "no de@host:1",
                " :1"
            })
    void otherTextsAreNoPeer(String text) {
        assertThatThrownBy(() -> PeerAddress.parse(text)).isInstanceOf(ConfigurationException.class);
    }
}
