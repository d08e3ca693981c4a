package io.ngrid.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.ngrid.architecture.planted.election.core.Impure;
import io.ngrid.architecture.planted.election.core.Pure;
import io.ngrid.architecture.planted.replication.core.Stray;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bundles keep the rules of the house, and each rule catches a violator planted for it. */
class HouseRulesTest {
    private static final JavaClasses BUNDLES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ngrid");
    private static final HouseRules RULES = new HouseRules("io.ngrid");

    private static final String PLANTED_BASE = "io.ngrid.architecture.planted";
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(PLANTED_BASE);
    private static final HouseRules PLANTED_RULES = new HouseRules(PLANTED_BASE);

    @ParameterizedTest
    @MethodSource("modules")
    void bundleSeesOnlyWhatItIsMeantTo(String module) {
        RULES.visibility(module).check(BUNDLES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void bundleThatSeesMoreIsCaught(String module) {
        assertThat(violations(PLANTED_RULES.visibility(module), PLANTED))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains(PLANTED_BASE + "." + module));
    }

    @ParameterizedTest
    @MethodSource("cores")
    void coreSeesOnlyContracts(String core) {
        RULES.coreVisibility(core).check(BUNDLES);
    }

    @Test
    void coreThatSeesItsComponentIsCaught() {
        assertThat(violations(PLANTED_RULES.coreVisibility("replication.core"), PLANTED))
                .singleElement()
                .asString()
                .contains(Stray.class.getName());
    }

    @Test
    void coreThatSeesTheOtherOneIsCaught() {
        assertThat(violations(PLANTED_RULES.coreVisibility("election.core"), PLANTED))
                .singleElement()
                .asString()
                .contains(io.ngrid.architecture.planted.election.core.Stray.class.getName());
    }

    /** A module without a rule of its own would be judged by none. */
    @Test
    void everyClassBelongsToAModule() {
        assertThat(BUNDLES)
                .map(JavaClass::getPackageName)
                .allSatisfy(name -> assertThat(HouseRules.VISIBLE).containsKey(name.split("\\.", 4)[2]));
        assertThat(BUNDLES.stream().map(type -> type.getPackageName().split("\\.", 4)[2]))
                .containsAll(HouseRules.VISIBLE.keySet());
    }

    @ParameterizedTest
    @MethodSource("cores")
    void coreIsPure(String core) {
        RULES.purity(core).check(BUNDLES);
    }

    @ParameterizedTest
    @MethodSource("impureClasses")
    void impureCoreIsCaught(Class<?> impure) {
        JavaClasses one = new ClassFileImporter().importClasses(impure);

        assertThat(violations(PLANTED_RULES.purity("election.core"), one)).isNotEmpty();
    }

    @Test
    void impureCoreOfReplicationIsCaught() {
        assertThat(violations(PLANTED_RULES.purity("replication.core"), PLANTED))
                .singleElement()
                .asString()
                .contains(Stray.class.getName());
    }

    @Test
    void stateMachinesArePure() {
        RULES.stateMachinePurity().check(BUNDLES);
    }

    @Test
    void impureStateMachineIsCaught() {
        assertThat(violations(PLANTED_RULES.stateMachinePurity(), PLANTED))
                .anySatisfy(violation -> assertThat(violation).contains("currentTimeMillis"))
                .anySatisfy(violation -> assertThat(violation).contains("File"))
                .noneSatisfy(violation -> assertThat(violation).contains("DataInput.readLong"));
    }

    @Test
    void pureCoreIsLeftAlone() {
        JavaClasses one = new ClassFileImporter().importClasses(Pure.class);

        PLANTED_RULES.purity("election.core").check(one);
    }

    private static List<String> violations(ArchRule rule, JavaClasses classes) {
        EvaluationResult result = rule.evaluate(classes);
        return result.getFailureReport().getDetails();
    }

    static Stream<String> modules() {
        return HouseRules.VISIBLE.keySet().stream();
    }

    static Stream<String> cores() {
        return HouseRules.CORES.stream();
    }

    static Stream<Class<?>> impureClasses() {
        return Stream.of(Impure.class.getDeclaredClasses());
    }
}
