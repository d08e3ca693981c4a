package io.ngrid.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFileTest {
    private static ConfigFile file(String... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("felix.fileinstall.filename", "file:/opt/karaf/etc/io.ngrid.queue-orders.cfg");
        properties.put("service.pid", "io.ngrid.queue~orders");
        properties.put("service.factoryPid", "io.ngrid.queue");
        properties.put("component.name", "x");
        properties.put("component.id", 7L);
        properties.put("osgi.ds.satisfying.condition.target", "(osgi.condition.id=true)");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new ConfigFile(properties);
    }

    @Test
    void readsAQueue() {
        QueueSettings settings = SettingsFile.queue(file(
                "name",
                "orders",
                "codec",
                "kryo",
                "classes",
                "com.acme.Order, com.acme.Line,",
                "capacity",
                "10",
                "full.policy",
                "drop-oldest"));

        assertThat(settings)
                .isEqualTo(new QueueSettings(
                        "orders", "kryo", List.of("com.acme.Order", "com.acme.Line"), 10, FullPolicy.DROP_OLDEST));
    }

    @Test
    void hasDefaults() {
        assertThat(SettingsFile.queue(file("name", "orders", "capacity", "")))
                .isEqualTo(QueueSettings.of("orders", "string"));
        assertThat(SettingsFile.map(file("name", "prices"))).isEqualTo(MapSettings.of("prices", "string", "string"));
    }

    @Test
    void readsAMap() {
        assertThat(SettingsFile.map(file(
                        "name",
                        "prices",
                        "key.codec",
                        "bytes",
                        "value.codec",
                        "kryo",
                        "value.classes",
                        "com.acme.Price")))
                .isEqualTo(new MapSettings("prices", "bytes", List.of(), "kryo", List.of("com.acme.Price")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capactiy | 10 | the keys name, codec",
                "capacity | ten | a whole number from 1",
                "capacity | 0 | a whole number from 1",
                "capacity | 99999999999999999999 | a whole number from 1",
                "codec | json | string, bytes, kryo",
                "full.policy | block | reject, drop-oldest",
                "classes | com.acme.Order | only with codec = kryo",
                "name | a/b | 1 to 128 characters",
            })
    void saysWhatIsWrong(String key, String value, String allowed) {
        assertThatThrownBy(() -> SettingsFile.queue(file("name", "orders", key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("/opt/karaf/etc/io.ngrid.queue-orders.cfg: " + key + " = " + value
                        + " is not allowed; allowed: " + allowed);
    }

    @Test
    void aNameIsNeeded() {
        assertThatThrownBy(() -> SettingsFile.map(file()))
                .hasMessageContaining("name = ")
                .hasMessageContaining("allowed");
    }

    @Test
    void withoutAFileThePidIsNamed() {
        assertThat(new ConfigFile(Map.of("service.pid", "io.ngrid.queue~x")).source())
                .isEqualTo("io.ngrid.queue~x");
    }
}
