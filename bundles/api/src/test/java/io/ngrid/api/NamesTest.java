package io.ngrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"orders", "a", "A.b_c-9", ".hidden", "-", "0"})
    void namesThatAreAllowed(String name) {
        assertThat(Names.check("queue", name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ".", "..", "../etc", "a/b", "a\\b", "a b", "a:b", "a,b", "a*", "a?", "é", "a\u0000"})
    void namesThatAreNotSaySo(String name) {
        assertThatThrownBy(() -> Names.check("queue", name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue name '" + name + "' is not allowed")
                .hasMessageContaining("1 to 128 characters");
    }

    @Test
    void theLengthIsLimited() {
        assertThat(Names.check("map", "m".repeat(128))).hasSize(128);
        assertThatThrownBy(() -> Names.check("map", "m".repeat(129))).isInstanceOf(ConfigurationException.class);
    }
}
