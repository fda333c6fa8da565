<?php
// How the container makes what it cannot wire by types.
declare(strict_types=1);

use Bench\App\Tokens;
use Bench\App\Middleware\RateLimit;
use Bench\App\Settings;
use Bench\Framework\Container;

return [
    Settings::class => fn () => new Settings(require dirname(__DIR__) . '/config.php'),
    PDO::class => function (Container $container): PDO {
        $settings = $container->get(Settings::class);
        return new PDO($settings->get('dsn'), $settings->get('user'), $settings->get('password'), [
            PDO::ATTR_PERSISTENT => true,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
        ]);
    },
    Tokens::class => fn (Container $container) => new Tokens($container->get(Settings::class)->get('secret')),
    RateLimit::class => fn (Container $container) => new RateLimit(
        $container->get(PDO::class),
        $container->get(Settings::class)->get('requests_a_minute'),
    ),
];
