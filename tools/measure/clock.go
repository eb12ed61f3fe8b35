package measure

import "time"

var begin = time.Now()
