// Package ice grows sheets of ice by rules, which look like the photographs that the reference cuts its frost from.
package ice
