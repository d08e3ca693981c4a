package io.ngrid.services;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.Names;
import io.ngrid.api.QueueSettings;
import java.util.List;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The files of queues and maps: their keys, and their values read into settings. */
final class SettingsFile {
    static final List<String> CODECS = List.of("string", "bytes", "kryo");
    private static final String REJECT = "reject";
    private static final String DROP_OLDEST = "drop-oldest";
    private static final String NAME_ALLOWED = "1 to " + Names.MAX_NAME + " characters out of A-Z a-z 0-9 . _ -";

    private SettingsFile() {}

    @ObjectClassDefinition(
            id = "io.ngrid.queue",
            name = "NGrid queue",
            description = "A queue that every node of the cluster shares. It is created with the settings of the first"
                    + " node that names it.")
    @interface QueueKeys {
        @AttributeDefinition(description = "Name of the queue: letters, digits, dot, underscore, hyphen.")
        String name();

        @AttributeDefinition(
                description = "How elements become bytes.",
                options = {@Option("string"), @Option("bytes"), @Option("kryo")})
        String codec() default "string";

        @AttributeDefinition(
                required = false,
                description = "For codec kryo: class names, separated by commas. The position gives the number under"
                        + " which a class is stored: append only.")
        String classes() default "";

        @AttributeDefinition(required = false, description = "Greatest number of elements; empty for no bound.")
        String capacity() default "";

        @AttributeDefinition(
                name = "full.policy",
                description = "What an offer to a full queue does.",
                options = {@Option(REJECT), @Option(DROP_OLDEST)})
        String full_policy() default REJECT;
    }

    @ObjectClassDefinition(
            id = "io.ngrid.map",
            name = "NGrid map",
            description = "A map that every node of the cluster shares. It is created with the settings of the first"
                    + " node that names it.")
    @interface MapKeys {
        @AttributeDefinition(description = "Name of the map: letters, digits, dot, underscore, hyphen.")
        String name();

        @AttributeDefinition(
                name = "key.codec",
                description = "How keys become bytes.",
                options = {@Option("string"), @Option("bytes"), @Option("kryo")})
        String key_codec() default "string";

        @AttributeDefinition(
                name = "key.classes",
                required = false,
                description = "For key codec kryo: class names, separated by commas; append only.")
        String key_classes() default "";

        @AttributeDefinition(
                name = "value.codec",
                description = "How values become bytes.",
                options = {@Option("string"), @Option("bytes"), @Option("kryo")})
        String value_codec() default "string";

        @AttributeDefinition(
                name = "value.classes",
                required = false,
                description = "For value codec kryo: class names, separated by commas; append only.")
        String value_classes() default "";
    }

    static QueueSettings queue(ConfigFile file) {
        file.allowOnly(List.of("name", "codec", "classes", "capacity", "full.policy"));
        String codec = file.oneOf("codec", CODECS);
        boolean drop = file.oneOf("full.policy", List.of(REJECT, DROP_OLDEST)).equals(DROP_OLDEST);
        return new QueueSettings(
                name("queue", file),
                codec,
                classes(file, "classes", "codec", codec),
                file.number("capacity", 1, Long.MAX_VALUE),
                drop ? FullPolicy.DROP_OLDEST : FullPolicy.REJECT);
    }

    static MapSettings map(ConfigFile file) {
        file.allowOnly(List.of("name", "key.codec", "key.classes", "value.codec", "value.classes"));
        String keyCodec = file.oneOf("key.codec", CODECS);
        String valueCodec = file.oneOf("value.codec", CODECS);
        return new MapSettings(
                name("map", file),
                keyCodec,
                classes(file, "key.classes", "key.codec", keyCodec),
                valueCodec,
                classes(file, "value.classes", "value.codec", valueCodec));
    }

    private static String name(String what, ConfigFile file) {
        String name = file.required("name", NAME_ALLOWED);
        try {
            return Names.check(what, name);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(
                    file.source() + ": name = " + name + " is not allowed; allowed: " + NAME_ALLOWED, e);
        }
    }

    private static List<String> classes(ConfigFile file, String key, String codecKey, String codec) {
        List<String> classes = file.list(key);
        if (!classes.isEmpty() && !codec.equals("kryo")) {
            throw file.refused(key, String.join(", ", classes), "only with " + codecKey + " = kryo");
        }
        return classes;
    }
}
