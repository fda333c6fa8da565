import 'dart:async';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/auth/account_data.dart';
import 'package:weight_sync/core/auth/authorized_client.dart';
import 'package:weight_sync/core/auth/sign_in_required.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

/// Account data whose opening waits for [go], if set.
final class _SlowData implements AccountData {
  _SlowData(this._data);

  final AccountData _data;
  Completer<void>? go;
  final begun = Completer<void>();

  @override
  Future<void> open(WeightSyncUser? user) async {
    if (go case final go?) {
      begun.complete();
      await go.future;
    }
    await _data.open(user);
  }

  @override
  int get unsentCount => _data.unsentCount;

  @override
  Future<void> close() => _data.close();

  @override
  Future<void> keep(WeightSyncUser user) => _data.keep(user);

  @override
  Future<void> erase(WeightSyncUser user) => _data.erase(user);
}

/// The data of a deleted account goes, whatever another user does at that moment.
void main() {
  const anna = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late ScriptedServer server;
  late OfflineFirstWeightRepository weights;
  late WeightAccount account;
  late _SlowData data;
  late ApiClient api;
  late AuthenticationService authentication;
  late String folder;

  setUp(() async {
    folder = temporary();
    server = await ScriptedServer.start();
    api = ApiClient(server.url, serverClock: ServerClock());
    addTearDown(api.close);
    weights = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(folder, server.url, weights);
    data = _SlowData(account);
    authentication = AuthenticationService(api, MemoryTokenStorage(), data);
    server.answer = (_) => ScriptedAnswer(200, tokens());
    await authentication.signIn(email: 'a', password: 'b');
  });

  Future<void> add(double kilograms) =>
      weights.add(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026));

  Future<void> signInAsBert() => authentication.signIn(email: 'b', password: 'b');

  Future<void> learnThatAnnaIsGone() =>
      expectLater(AuthorizedClient(api, authentication, anna).send('GET', '/x'), throwsA(isA<SignInRequired>()));

  List<double> shown() => [for (final entry in weights.entries.value) entry.weight.value];

  int foldersLeft() => Directory(path.join(folder, 'accounts')).listSync().length;

  setUp(() {
    server.answer = (asked) => asked.path == '/api/auth/login'
        ? ScriptedAnswer(200, tokens(user: 'u2', access: 'access-2'))
        : const ScriptedAnswer(401, {'code': 'account_gone'});
  });

  test('while the other user\'s data is being opened', () async {
    await add(70);
    data.go = Completer();
    final signedIn = signInAsBert();
    await data.begun.future;
    await learnThatAnnaIsGone();
    expect(foldersLeft(), 0);
    data.go!.complete();
    await signedIn;
    await add(90);
    expect((shown().single, foldersLeft()), (90, 1));
    expect(authentication.state.value.user!.id, 'u2');
  });

  test('at the same moment as the other user signs in', () async {
    await add(70);
    await Future.wait([learnThatAnnaIsGone(), signInAsBert()]);
    await add(90);
    expect((shown().single, foldersLeft()), (90, 1));
  });
}
