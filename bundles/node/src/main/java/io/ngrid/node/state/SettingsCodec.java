package io.ngrid.node.state;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.List;

/** Bytes of settings and members. */
final class SettingsCodec {
    private SettingsCodec() {}

    static void write(ByteWriter out, QueueSettings settings) {
        out.string(settings.name());
        out.string(settings.codec());
        out.strings(settings.classes());
        out.varint(settings.capacity());
        out.u8(policyCode(settings.fullPolicy()));
    }

    static QueueSettings readQueue(ByteReader in) {
        String name = in.string();
        String codec = in.string();
        List<String> classes = in.strings();
        long capacity = in.varint();
        FullPolicy policy = policy(in.u8());
        try {
            return new QueueSettings(name, codec, classes, capacity, policy);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static void write(ByteWriter out, MapSettings settings) {
        out.string(settings.name());
        out.string(settings.keyCodec());
        out.strings(settings.keyClasses());
        out.string(settings.valueCodec());
        out.strings(settings.valueClasses());
    }

    static MapSettings readMap(ByteReader in) {
        String name = in.string();
        String keyCodec = in.string();
        List<String> keyClasses = in.strings();
        String valueCodec = in.string();
        List<String> valueClasses = in.strings();
        try {
            return new MapSettings(name, keyCodec, keyClasses, valueCodec, valueClasses);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static void write(ByteWriter out, Member member) {
        out.string(member.node().value());
        out.uuid(member.storage().value());
    }

    static Member readMember(ByteReader in) {
        String node = in.string();
        StorageId storage = new StorageId(in.uuid());
        try {
            return new Member(new NodeId(node), storage);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static int policyCode(FullPolicy policy) {
        return switch (policy) {
            case REJECT -> 1;
            case DROP_OLDEST -> 2;
        };
    }

    private static FullPolicy policy(int code) {
        return switch (code) {
            case 1 -> FullPolicy.REJECT;
            case 2 -> FullPolicy.DROP_OLDEST;
            default -> throw new IllegalArgumentException("no full policy has code " + code);
        };
    }
}
