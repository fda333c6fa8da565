<?php
// A minimal hand-written PHP program, for comparison: the specification's schema and routes in one file, with a
// persistent connection and without a framework. It does what the specification requires of a request (token, user,
// 100 requests a minute, only the user's own rows) and nothing more: no idempotence, conflicts or cursors.
declare(strict_types=1);

$settings = require __DIR__ . '/../config.php';

function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body);
    exit;
}

function user_of_token(string $secret): string
{
    $parts = explode('.', substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', 7));
    if (count($parts) !== 3) {
        answer(401, ['error' => 'missing token']);
    }
    $decode = fn (string $text): string => (string) base64_decode(strtr($text, '-_', '+/'));
    $signature = hash_hmac('sha256', "$parts[0].$parts[1]", $secret, true);
    $claims = json_decode($decode($parts[1]), true);
    if (!hash_equals($signature, $decode($parts[2])) || ($claims['exp'] ?? 0) < time()) {
        answer(401, ['error' => 'invalid token']);
    }
    return $claims['sub'];
}

function uuid(): string
{
    $hex = bin2hex(random_bytes(16));
    return vsprintf('%s-%s-4%s-a%s-%s', sscanf($hex, '%8s%4s%*1s%3s%*1s%3s%12s'));
}

function checked(array $entry): array
{
    $value = $entry['weight_value'] ?? null;
    $time = strtotime($entry['timestamp'] ?? '');
    if (!is_numeric($value) || $value <= 0 || $value > 1000 || $time === false
        || !in_array($entry['unit'] ?? null, ['kg', 'lb', 'st'], true)) {
        answer(422, ['error' => 'not valid']);
    }
    return [uuid(), round((float) $value, 2), $entry['unit'], gmdate('Y-m-d H:i:s', $time)];
}

function shown(array $row): array
{
    foreach (['timestamp', 'created_at', 'updated_at'] as $name) {
        $row[$name] = str_replace(' ', 'T', $row[$name]) . 'Z';
    }
    $row['weight_value'] = (float) $row['weight_value'];
    return $row;
}

$user = user_of_token($settings['secret']);
$database = new PDO($settings['dsn'], $settings['user'], $settings['password'], [PDO::ATTR_PERSISTENT => true]);
$run = function (string $sql, array $values) use ($database): PDOStatement {
    $statement = $database->prepare($sql);
    $statement->execute($values);
    return $statement;
};

// One statement checks that the user exists and counts the request; LAST_INSERT_ID returns the count.
$minute = intdiv(time(), 60);
$counted = $run('INSERT INTO lean_rates (user_id, minute, requests) SELECT id, ?, 1 FROM lean_users WHERE id = ? '
    . 'ON DUPLICATE KEY UPDATE requests = LAST_INSERT_ID(requests + 1)', [$minute, $user]);
if ($counted->rowCount() === 0) {
    answer(401, ['error' => 'unknown user']);
}
if ((int) $database->lastInsertId() > $settings['requests_a_minute']) {
    answer(429, ['error' => 'too many requests']);
}

const COLUMNS = 'id, weight_value, unit, timestamp, created_at, updated_at';
$path = strtok($_SERVER['REQUEST_URI'], '?');
$is_sync = str_ends_with($path, '/sync');
$limit = min(250, max(1, (int) ($_GET['limit'] ?? 100)));

if ($_SERVER['REQUEST_METHOD'] === 'GET' && !$is_sync) {
    $offset = max(0, (int) ($_GET['offset'] ?? 0));
    $total = $run('SELECT COUNT(*) FROM lean_entries WHERE user_id = ? AND deleted_at IS NULL', [$user])->fetchColumn();
    $rows = $run('SELECT ' . COLUMNS . ' FROM lean_entries WHERE user_id = ? AND deleted_at IS NULL '
        . "ORDER BY timestamp DESC LIMIT $limit OFFSET $offset", [$user])->fetchAll(PDO::FETCH_ASSOC);
    $pagination = ['total' => (int) $total, 'limit' => $limit, 'offset' => $offset];
    answer(200, ['data' => array_map('shown', $rows), 'pagination' => $pagination]);
}
if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    $since = gmdate('Y-m-d H:i:s', (int) strtotime($_GET['since'] ?? '1970-01-01'));
    $rows = $run('SELECT ' . COLUMNS . ', deleted_at FROM lean_entries WHERE user_id = ? AND updated_at > ? '
        . "ORDER BY updated_at LIMIT $limit", [$user, $since])->fetchAll(PDO::FETCH_ASSOC);
    answer(200, ['data' => array_map('shown', $rows)]);
}
$body = json_decode((string) file_get_contents('php://input'), true) ?? answer(400, ['error' => 'no JSON']);
$now = gmdate('Y-m-d H:i:s');
$entries = array_map('checked', $is_sync ? $body['entries'] : [$body]);
$values = [];
foreach ($entries as [$id, $value, $unit, $time]) {
    array_push($values, $id, $user, $value, $unit, $time, $now, $now);
}
$run('INSERT INTO lean_entries (id, user_id, weight_value, unit, timestamp, created_at, updated_at) VALUES '
    . substr(str_repeat(',(?,?,?,?,?,?,?)', count($entries)), 1), $values);
if ($is_sync) {
    $synced = array_map(null, array_column($body['entries'], 'local_id'), array_column($entries, 0));
    $named = fn (array $pair): array => ['local_id' => $pair[0], 'server_id' => $pair[1], 'status' => 'created'];
    answer(200, ['synced' => array_map($named, $synced), 'conflicts' => []]);
}
[$id, $value, $unit, $time] = $entries[0];
answer(201, ['user_id' => $user] + shown(['id' => $id, 'weight_value' => $value, 'unit' => $unit, 'timestamp' => $time,
    'created_at' => $now, 'updated_at' => $now]));
