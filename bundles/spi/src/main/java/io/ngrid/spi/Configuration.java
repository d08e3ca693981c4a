package io.ngrid.spi;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The voters of a cluster and its replication quorum, as an entry of the log states them [E7].
 *
 * @param cluster the cluster
 * @param voters the voters, in the order of their node IDs
 * @param replicationQuorum W as configured: 1 to the number of voters, or 0 for a majority
 */
public record Configuration(ClusterId cluster, List<Member> voters, int replicationQuorum) {
    /**
     * Sorts the voters and checks them.
     *
     * @throws ConfigurationException if there are none, a node ID occurs twice, or W is out of range
     */
    public Configuration {
        voters = voters.stream().sorted(Comparator.comparing(Member::node)).toList();
        if (voters.isEmpty()) {
            throw new ConfigurationException("a cluster needs at least one voter");
        }
        if (voters.stream().map(Member::node).distinct().count() != voters.size()) {
            throw new ConfigurationException("a node ID occurs twice among the voters " + voters);
        }
        if (replicationQuorum < 0 || replicationQuorum > voters.size()) {
            throw new ConfigurationException("replication.quorum = " + replicationQuorum
                    + " is not allowed: majority, or 1 to " + voters.size() + ", the number of voters");
        }
    }

    /**
     * The quorums of this configuration.
     *
     * @return N, W, E and C
     */
    public Quorums quorums() {
        return Quorums.of(voters.size(), replicationQuorum);
    }

    /**
     * Whether a member, with that very storage, is a voter.
     *
     * @param member the member
     * @return true if it is
     */
    public boolean isVoter(Member member) {
        return voters.contains(member);
    }

    /**
     * The voter of a node ID.
     *
     * @param node the node ID
     * @return the voter, or null
     */
    public @Nullable Member voter(NodeId node) {
        for (Member voter : voters) {
            if (voter.node().equals(node)) {
                return voter;
            }
        }
        return null;
    }

    /**
     * The payload of a {@link EntryKind#CONFIGURATION} entry.
     *
     * @return its bytes: u8 version 1, cluster ID, u16 W, u16 number of voters, for each node ID and storage ID
     */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(1);
            writeUuid(out, cluster.value());
            out.writeShort(replicationQuorum);
            out.writeShort(voters.size());
            for (Member voter : voters) {
                out.writeUTF(voter.node().value());
                writeUuid(out, voter.storage().value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param payload the bytes
     * @return the configuration
     * @throws IllegalArgumentException if they are of another layout
     */
    public static Configuration decode(byte[] payload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            int version = in.readUnsignedByte();
            if (version != 1) {
                throw new IllegalArgumentException("configuration entry has version " + version + ", expected 1");
            }
            ClusterId cluster = new ClusterId(readUuid(in));
            int replicationQuorum = in.readUnsignedShort();
            int count = in.readUnsignedShort();
            List<Member> voters = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                NodeId node = new NodeId(in.readUTF());
                voters.add(new Member(node, new StorageId(readUuid(in))));
            }
            return new Configuration(cluster, voters, replicationQuorum);
        } catch (IOException e) {
            throw new IllegalArgumentException("configuration entry is cut short", e);
        }
    }

    private static void writeUuid(DataOutputStream out, UUID value) throws IOException {
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
    }

    private static UUID readUuid(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }
}
