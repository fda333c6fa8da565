import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// Says who is signed in, as the test wants it.
class FakeAuthentication extends Fake implements AuthenticationService {
  @override
  final Observed<AuthenticationState> state = Observed(const SignedOut());
}
