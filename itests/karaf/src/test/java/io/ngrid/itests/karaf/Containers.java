package io.ngrid.itests.karaf;

import static org.ops4j.pax.exam.CoreOptions.mavenBundle;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.container.remote.RBCRemoteTargetOptions.waitForRBCFor;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.container.remote.options.RBCLookupTimeoutOption;
import org.ops4j.pax.exam.karaf.options.KarafDistributionBaseConfigurationOption;

/** The containers of the tests, as options in place of those of {@code KarafTestSupport}. */
final class Containers {
    private static final int BOOT_TIMEOUT_MILLIS = 120_000;

    private Containers() {}

    /**
     * Our distribution, as built by this reactor.
     *
     * @param inherited options of {@code KarafTestSupport}
     * @return the options
     */
    static Option[] assembly(Option[] inherited) {
        return container("ngrid.assembly", inherited);
    }

    /**
     * Karaf as Apache ships it.
     *
     * @param inherited options of {@code KarafTestSupport}
     * @return the options
     */
    static Option[] stockKaraf(Option[] inherited) {
        return container("ngrid.karaf", inherited);
    }

    private static Option[] container(String archive, Option[] inherited) {
        Stream<Option> kept = Arrays.stream(inherited)
                .filter(option -> !(option instanceof KarafDistributionBaseConfigurationOption))
                .filter(option -> !(option instanceof RBCLookupTimeoutOption));
        Stream<Option> own = Stream.of(
                karafDistributionConfiguration()
                        .frameworkUrl(
                                new File(System.getProperty(archive)).toURI().toString())
                        .name(archive)
                        .karafVersion(System.getProperty("karaf.version"))
                        .unpackDirectory(new File("target/exam"))
                        .useDeployFolder(false),
                waitForRBCFor(BOOT_TIMEOUT_MILLIS),
                // Awaitility's; that of KarafTestSupport is too old for it.
                mavenBundle("org.hamcrest", "hamcrest").versionAsInProject(),
                configureConsole().ignoreRemoteShell(),
                vmOptions("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                editConfigurationFilePut("etc/io.ngrid.node.cfg", "port", "0"));
        return Stream.concat(kept, own).toArray(Option[]::new);
    }
}
