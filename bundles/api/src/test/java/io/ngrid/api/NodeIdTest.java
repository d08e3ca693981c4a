package io.ngrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
    @ParameterizedTest(name = "{0} > {1}")
    @CsvSource({
        "node-10, node-9",
        "node-2, node-1",
        "node-2a, node-2",
        "node-1-10, node-1-9",
        "node-1, node-01",
        "node-02, node-1",
        "n10b, n10a",
        "b, a",
        "a, A",
        "rack2.node1, rack1.node9",
        "node-99999999999999999999999, node-9",
        "node-100000000000000000000, node-99999999999999999999",
    })
    void digitsCompareAsNumbers(String higher, String lower) {
        assertThat(new NodeId(higher)).isGreaterThan(new NodeId(lower));
        assertThat(new NodeId(lower)).isLessThan(new NodeId(higher));
    }

    @Test
    void sortsNaturally() {
        assertThat(Stream.of("node-11", "node-2", "node-1", "node-10", "node-9")
                        .map(NodeId::new)
                        .sorted())
                .extracting(NodeId::value)
                .containsExactly("node-1", "node-2", "node-9", "node-10", "node-11");
    }

    @Property
    void theOrderIsTotalAndConsistentWithEquals(
            @ForAll("ids") NodeId a, @ForAll("ids") NodeId b, @ForAll("ids") NodeId c) {
        assertThat(a.compareTo(new NodeId(a.value()))).isZero();
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        if (a.compareTo(b) > 0 && b.compareTo(c) > 0) {
            assertThat(a).isGreaterThan(c);
        }
    }

    /** Few characters, so that IDs differ late and by leading zeros. */
    @Provide
    Arbitrary<NodeId> ids() {
        return Arbitraries.strings()
                .withChars("019a-_Z")
                .ofMinLength(1)
                .ofMaxLength(6)
                .map(NodeId::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "node 1", "node/1", "knoten-ä", ".", "..", "a..b", "node:1", "node@1", "a\n"})
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> new NodeId(name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node name '" + name + "'");
    }

    @Test
    void theLengthIsLimited() {
        assertThat(new NodeId("n".repeat(64)).value()).hasSize(64);
        assertThatThrownBy(() -> new NodeId("n".repeat(65)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("64");
    }
}
