<?php
// The front controller of a Slim-like PHP program, for comparison: what people write. A router with patterns, immutable
// requests and responses in the manner of PSR-7, a chain of middleware, a container that wires classes by their
// constructors, repositories over PDO, validation by rules. It has all that such programs are given to be fast:
// opcache, a persistent connection, PDO's emulated prepares (one round trip a statement). Like lean.php it does what the
// specification requires of a request and nothing more.
declare(strict_types=1);

use Bench\App\Action\CreateEntry;
use Bench\App\Action\ListEntries;
use Bench\App\Action\PullChanges;
use Bench\App\Action\UploadEntries;
use Bench\App\Middleware\Authentication;
use Bench\App\Middleware\ErrorHandling;
use Bench\App\Middleware\JsonBody;
use Bench\App\Middleware\RateLimit;
use Bench\Framework\App;
use Bench\Framework\Container;
use Bench\Framework\Request;

spl_autoload_register(function (string $class): void {
    // PSR-4: Bench\App is app/, Bench\Framework is framework/.
    [, $room, $rest] = explode('\\', $class, 3);
    require dirname(__DIR__) . '/' . strtolower($room) . '/' . str_replace('\\', '/', $rest) . '.php';
});

$container = new Container(require dirname(__DIR__) . '/app/services.php');

$app = new App($container);
// The first is the outermost.
$app->add(ErrorHandling::class);
$app->add(Authentication::class);
$app->add(RateLimit::class);
$app->add(JsonBody::class);

$app->get('/api/health', fn () => throw new RuntimeException('not measured'));
$app->get('/api/health-metrics/weight', ListEntries::class);
$app->post('/api/health-metrics/weight', CreateEntry::class);
$app->get('/api/health-metrics/weight/sync', PullChanges::class);
$app->post('/api/health-metrics/weight/sync', UploadEntries::class);
$app->get('/api/health-metrics/weight/{id:[0-9a-f-]{36}}', fn () => throw new RuntimeException('not measured'));
$app->put('/api/health-metrics/weight/{id:[0-9a-f-]{36}}', fn () => throw new RuntimeException('not measured'));
$app->delete('/api/health-metrics/weight/{id:[0-9a-f-]{36}}', fn () => throw new RuntimeException('not measured'));

$app->emit($app->handle(Request::fromGlobals()));
