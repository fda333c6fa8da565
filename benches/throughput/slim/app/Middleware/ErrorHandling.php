<?php
declare(strict_types=1);

namespace Bench\App\Middleware;

use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Middleware;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class ErrorHandling implements Middleware
{
    public function process(Request $request, Handler $next): Response
    {
        try {
            return $next->handle($request);
        } catch (HttpError $error) {
            return Response::json(['error' => $error->getMessage(), 'fields' => $error->fields], $error->status);
        } catch (\Throwable $error) {
            error_log((string) $error);
            return Response::json(['error' => 'internal error'], 500);
        }
    }
}
