#include "CTinyModel.h"
