import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// A service whose state the test sets.
class FakeAuthentication extends Fake implements AuthenticationService {
  @override
  final Observed<AuthenticationState> state = Observed(const SignedOut());
}
