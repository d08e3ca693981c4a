package io.ngrid.node.state;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether settings asked for agree with those that the log has: equal, but one list of classes may be longer than the other. */
final class SettingsAgreement {
    private SettingsAgreement() {}

    /** The first difference as a sentence, or null. */
    static @Nullable String difference(QueueSettings there, QueueSettings asked) {
        String what = "queue " + there.name();
        String difference = difference(what, "codec", there.codec(), asked.codec());
        if (difference == null) {
            difference = classes(what, "classes", there.classes(), asked.classes());
        }
        if (difference == null) {
            difference = difference(what, "capacity", there.capacity(), asked.capacity());
        }
        if (difference == null) {
            difference = difference(what, "full.policy", policy(there.fullPolicy()), policy(asked.fullPolicy()));
        }
        return difference;
    }

    /** The first difference as a sentence, or null. */
    static @Nullable String difference(MapSettings there, MapSettings asked) {
        String what = "map " + there.name();
        String difference = difference(what, "key.codec", there.keyCodec(), asked.keyCodec());
        if (difference == null) {
            difference = classes(what, "key.classes", there.keyClasses(), asked.keyClasses());
        }
        if (difference == null) {
            difference = difference(what, "value.codec", there.valueCodec(), asked.valueCodec());
        }
        if (difference == null) {
            difference = classes(what, "value.classes", there.valueClasses(), asked.valueClasses());
        }
        return difference;
    }

    /** Whether asking would change nothing; if not strict, settings that differ do not count. */
    static boolean holds(QueueSettings there, QueueSettings asked, boolean strict) {
        return difference(there, asked) == null ? merge(there, asked).equals(there) : !strict;
    }

    /** Whether asking would change nothing; if not strict, settings that differ do not count. */
    static boolean holds(MapSettings there, MapSettings asked, boolean strict) {
        return difference(there, asked) == null ? merge(there, asked).equals(there) : !strict;
    }

    /** What the log has from now on, when they agree. */
    static QueueSettings merge(QueueSettings there, QueueSettings asked) {
        return new QueueSettings(
                there.name(),
                there.codec(),
                longer(there.classes(), asked.classes()),
                there.capacity(),
                there.fullPolicy());
    }

    /** What the log has from now on, when they agree. */
    static MapSettings merge(MapSettings there, MapSettings asked) {
        return new MapSettings(
                there.name(),
                there.keyCodec(),
                longer(there.keyClasses(), asked.keyClasses()),
                there.valueCodec(),
                longer(there.valueClasses(), asked.valueClasses()));
    }

    private static @Nullable String classes(String what, String setting, List<String> there, List<String> asked) {
        for (int i = 0; i < Math.min(there.size(), asked.size()); i++) {
            if (!there.get(i).equals(asked.get(i))) {
                return difference(what, setting + "[" + i + "]", there.get(i), asked.get(i));
            }
        }
        return null;
    }

    private static @Nullable String difference(String what, String setting, Object there, Object asked) {
        return there.equals(asked)
                ? null
                : what + " exists with " + setting + " = " + Refusal.shortened(there.toString()) + ", asked for was "
                        + Refusal.shortened(asked.toString());
    }

    private static String policy(FullPolicy policy) {
        return switch (policy) {
            case REJECT -> "reject";
            case DROP_OLDEST -> "drop-oldest";
        };
    }

    private static List<String> longer(List<String> a, List<String> b) {
        return b.size() > a.size() ? b : a;
    }
}
