package io.ngrid.itests.karaf;

import static org.ops4j.pax.exam.CoreOptions.mavenBundle;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.container.remote.RBCRemoteTargetOptions.waitForRBCFor;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import io.ngrid.testkit.DeskBundle;
import io.ngrid.testkit.Ports;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.container.remote.options.RBCLookupTimeoutOption;
import org.ops4j.pax.exam.karaf.options.KarafDistributionBaseConfigurationOption;

/** The containers of the tests, as options in place of those of {@code KarafTestSupport}. */
final class Containers {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BOOT_TIMEOUT_MILLIS = 120_000;

    private Containers() {}

    /**
     * Our distribution, as built by this reactor.
     *
     * @param inherited options of {@code KarafTestSupport}
     * @return the options
     */
    static Option[] assembly(Option[] inherited) {
        int[] ports = Ports.free(2);
        return OptionUtils.combine(
                container("ngrid.assembly", inherited),
                systemProperty(OrderDesk.JAR).value(deskBundle().toString()),
                systemProperty(OtherNode.PORTS).value(ports[0] + "," + ports[1]),
                editConfigurationFilePut("etc/config.properties", "felix.fileinstall.poll", "100"));
    }

    /** The consumer bundle as a file; the container sees none of this class path. */
    private static Path deskBundle() {
        try {
            return Files.write(Path.of("target", "desk.jar").toAbsolutePath(), DeskBundle.jar());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Karaf as Apache ships it.
     *
     * @param inherited options of {@code KarafTestSupport}
     * @return the options
     */
    static Option[] stockKaraf(Option[] inherited) {
        return OptionUtils.combine(
                container("ngrid.karaf", inherited), configureConsole().ignoreRemoteShell());
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
                vmOptions("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                editConfigurationFilePut("etc/io.ngrid.node.cfg", "port", "0"));
        return Stream.concat(kept, own).toArray(Option[]::new);
    }
}
