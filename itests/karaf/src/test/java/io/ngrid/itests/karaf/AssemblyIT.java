package io.ngrid.itests.karaf;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Our distribution, in one container: what starts a container takes longer than most of what is tested in it. */
@RunWith(Suite.class)
@Suite.SuiteClasses({
    BootCase.class,
    ShellCase.class,
    JmxCase.class,
    ConsumerCase.class,
    ReplacementCase.class,
    ConfigurationCase.class,
})
public class AssemblyIT {}
