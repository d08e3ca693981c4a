package io.ngrid.spi;

import io.ngrid.api.ConfigurationException;

/**
 * How many voters decide what, out of N of them: the one function that relates W to E and C (protocol, "Words"; flexible
 * quorums after Howard, Malkhi and Spiegelman).
 *
 * @param voters N
 * @param replication W: an answered write is on so many disks
 * @param election E: so many votes elect
 * @param commit C: so many disks commit, and so many echoes confirm a read; the fewest that every E voters meet
 */
public record Quorums(int voters, int replication, int election, int commit) {
    /**
     * Works the quorums out.
     *
     * @param voters N, from 1
     * @param replicationQuorum W, 1 to N, or 0 for a majority
     * @return the quorums
     * @throws ConfigurationException if W is out of range
     */
    public static Quorums of(int voters, int replicationQuorum) {
        if (voters < 1 || replicationQuorum < 0 || replicationQuorum > voters) {
            throw new ConfigurationException("replication.quorum = " + replicationQuorum + " is not allowed with "
                    + voters + " voters: majority, or 1 to the number of voters");
        }
        int majority = voters / 2 + 1;
        int replication = replicationQuorum == 0 ? majority : replicationQuorum;
        int election = Math.max(voters - replication + 1, majority);
        return new Quorums(voters, replication, election, voters - election + 1);
    }
}
