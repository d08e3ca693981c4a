package io.ngrid.services;

import io.ngrid.api.ConfigurationException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One configuration, read key by key; every complaint names the file, the key, the value and what is allowed. */
final class ConfigFile {
    private final Map<String, ?> properties;
    private final String source;

    ConfigFile(Map<String, ?> properties) {
        this.properties = properties;
        Object file = properties.get("felix.fileinstall.filename");
        Object pid = properties.get("service.pid");
        this.source = file != null ? file.toString().replaceFirst("^file:", "") : pid != null ? pid.toString() : "?";
    }

    /** The file, or the PID of a configuration that has none. */
    String source() {
        return source;
    }

    /** Refuses keys that nobody reads: a typing error must not become a default. */
    void allowOnly(List<String> keys) {
        for (String key : new TreeSet<>(properties.keySet())) {
            boolean foreign = key.startsWith(".")
                    || key.startsWith("service.")
                    || key.startsWith("component.")
                    || key.startsWith("felix.")
                    || key.startsWith("org.apache.")
                    || key.endsWith(".target"); // of references, among them one that every component has
            if (!foreign && !keys.contains(key)) {
                throw refused(key, properties.get(key), "the keys " + String.join(", ", keys));
            }
        }
    }

    String required(String key, String allowed) {
        String value = text(key, "");
        if (value.isEmpty()) {
            throw refused(key, "", allowed);
        }
        return value;
    }

    String text(String key, String otherwise) {
        Object value = properties.get(key);
        String text = value == null ? "" : value.toString().trim();
        return text.isEmpty() ? otherwise : text;
    }

    String oneOf(String key, List<String> allowed) {
        String value = text(key, allowed.get(0));
        if (!allowed.contains(value)) {
            throw refused(key, value, String.join(", ", allowed));
        }
        return value;
    }

    /** A comma-separated list; a file's value is one string, another source may give an array. */
    List<String> list(String key) {
        Object value = properties.get(key);
        String text = value instanceof String[] array ? String.join(",", array) : text(key, "");
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    long number(String key, long min, long otherwise) {
        String value = text(key, Long.toString(otherwise));
        try {
            long number = Long.parseLong(value);
            if (number >= min) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ConfigurationException(complaint(key, value, "a whole number from " + min), e);
        }
        throw refused(key, value, "a whole number from " + min);
    }

    ConfigurationException refused(String key, @Nullable Object value, String allowed) {
        return new ConfigurationException(complaint(key, value, allowed));
    }

    private String complaint(String key, @Nullable Object value, String allowed) {
        return source + ": " + key + " = " + value + " is not allowed; allowed: " + allowed;
    }
}
