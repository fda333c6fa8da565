import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/device.dart';
import 'support/instance.dart';

/// An app with a backend of its own, which shares the secret and signs its users in.
final class _Backend extends ChangeNotifier implements OwnSignIn {
  _Backend(this._instance);

  final Instance _instance;

  /// What the next token claims beside the user.
  Map<String, Object?> claims = const {'iss': 'https://php.example.org'};

  @override
  WeightSyncUser? user;

  @override
  Listenable get changes => this;

  void signIn(String? id) {
    user = id == null ? null : WeightSyncUser(id: id, email: '');
    notifyListeners();
  }

  @override
  Future<String?> accessToken({String? refused}) async => refused != null
      ? null
      : _instance.token({
          ...claims,
          'sub': user!.id,
          'exp': DateTime.now().add(const Duration(minutes: 15)).millisecondsSinceEpoch ~/ 1000,
        });
}

void main() {
  late Instance instance;

  setUpAll(() async {
    instance = await Instance.start(settings: {'WEIGHT_SYNC_AUTH_FOREIGN_REQUIRE': 'iss=https://php.example.org'});
    await instance.sql("INSERT INTO users (id) VALUES ('theirs/1'), ('theirs/2')");
  });
  tearDownAll(() => instance.remove());

  test('weights sync between two devices with tokens of another backend, each user\'s apart', () async {
    final (mine, theirs) = (_Backend(instance), _Backend(instance));
    final phone = await Device.at(instance.url, signIn: mine);
    final tablet = await Device.at(instance.url, signIn: theirs);
    Future<void> signIn(Device device, _Backend backend, String? id) async {
      backend.signIn(id);
      await device.app.authenticationState.stream.firstWhere((state) => state.user?.id == id);
      await device.sync();
    }

    // Recorded before anybody signed in.
    await phone.add(75);
    await signIn(phone, mine, 'theirs/1');
    await phone.syncFully();
    await signIn(tablet, theirs, 'theirs/1');
    expect(tablet.weights, [75]);
    await signIn(tablet, theirs, 'theirs/2');
    expect(tablet.weights, isEmpty);
    await signIn(phone, mine, null);
    expect(phone.weights, isEmpty);
  });

  test('a token without the claim that the server requires needs a sign-in, and keeps what waits', () async {
    final backend = _Backend(instance)..claims = const {'iss': 'https://elsewhere.example'};
    final phone = await Device.at(instance.url, signIn: backend);
    backend.signIn('theirs/2');
    await phone.app.authenticationState.stream.firstWhere((state) => state is SignInExpired);
    await phone.add(76);
    backend.claims = const {'iss': 'https://php.example.org'};
    backend.signIn('theirs/2');
    await phone.app.authenticationState.stream.firstWhere((state) => state is SignedIn);
    await phone.syncFully();
    expect(phone.weights, [76]);
  });
}
