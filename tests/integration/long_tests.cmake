# Read by ctest: the longest tests start first, for one that starts last runs while nothing else is left to do. Costs are
# seconds, on two cores that do nothing else.
function(long_test name seconds)
  set_tests_properties("integration.${name}" PROPERTIES COST ${seconds})
endfunction()

long_test(CanonicalFormTest.AConvergedClusterIsNotWritten 29)
long_test(CanonicalFormTest.ARestartWritesNothing 28)
long_test(SecrecyTest.NoObjectButSecretsNorLogNorMetricsTellAPassword 21)
